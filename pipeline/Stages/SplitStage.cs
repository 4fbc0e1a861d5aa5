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
        Interactions interactions = ReadInteractions(ingest);
        SplitResult split = Splitter.Split(
            interactions,
            InteractionTables.ReadRawIds(ingest, InteractionTables.Users),
            InteractionTables.ReadRawIds(ingest, InteractionTables.Items),
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
        int[] users = split.Take<int>(part, interactions.Users);
        context.Staging.WriteTable(name, InteractionTables.Pairs(users, split.Take<int>(part, interactions.Items)));
        context.Staging.Record(Path.GetFileNameWithoutExtension(name), users.Length);
    }

    private static Interactions ReadInteractions(Artifact ingest)
    {
        Table table = ingest.ReadTable(InteractionTables.Interactions);
        Int64Column? times = table.Has(IngestStage.Timestamp) ? table.Get<Int64Column>(IngestStage.Timestamp) : null;
        Int32Column? labels = table.Has(IngestStage.Label) ? table.Get<Int32Column>(IngestStage.Label) : null;
        return new Interactions
        {
            Users = table.Get<Int32Column>(InteractionTables.User).Values,
            Items = table.Get<Int32Column>(InteractionTables.Item).Values,
            Timestamps = times is null ? null : new OptionalColumn<long>(times.Values, times.Present),
            Labels = labels is null
                ? null
                : new OptionalColumn<byte>(Array.ConvertAll(labels.Values, label => (byte)label), labels.Present),
        };
    }
}
