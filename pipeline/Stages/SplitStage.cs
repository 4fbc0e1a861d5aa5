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

    public override int Version => 2;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["ingest"];

    public override object Settings(PipelineSettings settings, long seed) => new { settings.Split, Seed = seed };

    public override void Make(StageContext context)
    {
        Artifact ingest = context.Inputs["ingest"];
        Interactions table = Interactions.Read(ingest.PathOf(InteractionTables.Interactions));
        int[] users = table.Users;
        int[] items = table.Items;
        SplitResult split = Splitter.Split(
            InteractionTables.ReadUserIds(ingest).Values,
            InteractionTables.ReadItemIds(ingest).Values,
            users,
            items,
            Restore(table.Timestamps, IngestResult.NoTimestamp),
            Restore(table.Labels, IngestResult.NoLabel),
            context.Settings.Split,
            context.Seed,
            context.Environment.Threads,
            context.Environment.Cancellation
        );
        Write(context, split, users, items, SplitPart.Train, InteractionTables.Train);
        Write(context, split, users, items, SplitPart.Valid, InteractionTables.Valid);
        Write(context, split, users, items, SplitPart.Test, InteractionTables.Test);
        context.Staging.WriteText(ReportFile, JsonFiles.Text(split.Report));
    }

    private static void Write(StageContext context, SplitResult split, int[] users, int[] items, SplitPart part, string name)
    {
        context.Staging.WriteTable(name, path => InteractionPairs.Write(path, split.Pieces(part, users, items)));
        context.Staging.Record(Path.GetFileNameWithoutExtension(name), split.Parts.AsSpan().Count(part));
    }

    private static T[]? Restore<T>(OptionalColumn<T>? column, T absent)
        where T : struct => column is null ? null : [.. Enumerable.Range(0, column.Count).Select(row => column[row] ?? absent)];
}
