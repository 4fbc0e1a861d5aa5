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

    public override int Version => 1;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["ingest"];

    public override object Settings(PipelineSettings settings, long seed) => new { settings.Split, Seed = seed };

    public override void Make(StageContext context)
    {
        Artifact ingest = context.Inputs["ingest"];
        Table table = ingest.ReadTable(InteractionTables.Interactions);
        int[] users = table.Get<Int32Column>(InteractionTables.User).Values;
        int[] items = table.Get<Int32Column>(InteractionTables.Item).Values;
        SplitResult split = Splitter.Split(
            InteractionTables.ReadRawIds(ingest, InteractionTables.Users),
            InteractionTables.ReadRawIds(ingest, InteractionTables.Items),
            users,
            items,
            Timestamps(table),
            Labels(table),
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
        context.Staging.WriteTable(
            name,
            split.Pieces(part, users, items).Select(piece => InteractionTables.Pairs(piece.Users, piece.Items))
        );
        context.Staging.Record(Path.GetFileNameWithoutExtension(name), split.Parts.AsSpan().Count(part));
    }

    private static long[]? Timestamps(Table table)
    {
        if (!table.Has(IngestStage.Timestamp))
        {
            return null;
        }

        Int64Column column = table.Get<Int64Column>(IngestStage.Timestamp);
        return Restore(column.Values, column.Present, IngestResult.NoTimestamp);
    }

    private static byte[]? Labels(Table table)
    {
        if (!table.Has(IngestStage.Label))
        {
            return null;
        }

        Int32Column column = table.Get<Int32Column>(IngestStage.Label);
        return Restore(Array.ConvertAll(column.Values, label => (byte)label), column.Present, IngestResult.NoLabel);
    }

    private static T[] Restore<T>(T[] values, bool[]? present, T absent)
    {
        for (int row = 0; present is not null && row < values.Length; row++)
        {
            values[row] = present[row] ? values[row] : absent;
        }

        return values;
    }
}
