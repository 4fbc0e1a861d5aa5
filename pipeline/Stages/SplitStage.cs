using CranePipeline.Configuration;
using CranePipeline.Ingest;
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
        SplitResult split = Splitter.Split(
            interactions,
            InteractionTables.ReadUserIds(ingest).Values,
            InteractionTables.ReadItemIds(ingest).Values,
            context.Settings.Split,
            context.Seed,
            context.Environment.Threads,
            context.Environment.Cancellation
        );
        Write(context, split, interactions, SplitPart.Train, InteractionTables.Train);
        Write(context, split, interactions, SplitPart.Valid, InteractionTables.Valid);
        Write(context, split, interactions, SplitPart.Test, InteractionTables.Test);
        context.Staging.WriteText(ReportFile, JsonFiles.Text(split.Report));
    }

    private static void Write(StageContext context, SplitResult split, Interactions interactions, SplitPart part, string name)
    {
        var pairs = new InteractionPairs(split.Take<int>(part, interactions.Users), split.Take<int>(part, interactions.Items));
        context.Staging.WriteTable(name, pairs.Write);
        context.Staging.Record(Path.GetFileNameWithoutExtension(name), pairs.Count);
    }
}
