using CranePipeline.Configuration;
using CranePipeline.Ingest;
using CranePipeline.Ingest.Spark;
using CranePipeline.Progress;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Stages;

/// <summary>Interactions to a training, a validation and a test part.</summary>
internal sealed class SplitStage : Stage
{
    public const string ReportFile = "split.json";

    public override string Name => "split";

    public override int Version => 3;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["ingest"];

    public override object Settings(PipelineSettings settings, long seed) => new { settings.Split, Seed = seed };

    public override void Make(StageContext context)
    {
        Artifact ingest = context.Inputs["ingest"];
        Interactions interactions = Interactions.Read(ingest.PathOf(InteractionTables.Interactions));
        RunEnvironment environment = context.Environment;
        string[] users = InteractionTables.ReadUserIds(ingest).Values;
        string[] items = InteractionTables.ReadItemIds(ingest).Values;
        SplitOptions options = context.Settings.Split;
        SplitResult split = environment.Spark is { } spark
            ? SparkSplitter.Split(
                spark.Session,
                interactions,
                users,
                items,
                options,
                context.Seed,
                spark.Names,
                environment.Progress,
                environment.Cancellation
            )
            : Splitter.Split(interactions, users, items, options, context.Seed, environment.Threads, environment.Cancellation);
        Write(context, split, interactions, SplitPart.Train, InteractionTables.Train);
        Write(context, split, interactions, SplitPart.Valid, InteractionTables.Valid);
        Write(context, split, interactions, SplitPart.Test, InteractionTables.Test);
        context.Staging.WriteText(ReportFile, JsonFiles.Text(split.Report));
        Tell(split.Report, context.Environment.Display);
    }

    /// <summary>Whatever keeps interactions from being learnt from or scored is a line with its count.</summary>
    private static void Tell(SplitReport report, IProgressDisplay display)
    {
        Warn(report.WithoutLabel, "interactions have no label, so they are in no part (split.method labels)");
        Warn(report.ColdStartUsers, "users of validation or test have no training interaction, so nobody scores them");
        Warn(report.WithoutTimestamp, "interactions have no time and count as the earliest");
        foreach ((string part, int count) in new[] { ("train", report.Train), ("valid", report.Valid), ("test", report.Test) })
        {
            if (count == 0)
            {
                display.Warning(
                    $"the {part} part of seed {report.Seed} is empty; check split.method, split.ratios and the labels"
                );
            }
        }

        void Warn(int count, string what)
        {
            if (count > 0)
            {
                display.Warning($"{count:N0} {what}");
            }
        }
    }

    private static void Write(StageContext context, SplitResult split, Interactions interactions, SplitPart part, string name)
    {
        context.Staging.WriteTable(name, path => split.Write(part, interactions, path));
        context.Staging.Record(Path.GetFileNameWithoutExtension(name), split.Count(part));
    }
}
