using CranePipeline.Configuration;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Stages;

/// <summary>Trains the model on the training part and keeps the epoch that does best on the validation part.</summary>
internal sealed class TrainStage : Stage
{
    public const string HistoryFile = "history.parquet";

    /// <summary>Seconds and memory of every epoch: what differs from one run to the next although the model does not.</summary>
    public const string TimingFile = "timing.json";

    public override string Name => "train";

    public override int Version => 1;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => InputNames(UsesItemGraph(settings));

    public override object Settings(PipelineSettings settings, long seed) =>
        new { Model = settings.Train.Model, Seed = settings.Train.Seed ?? seed };

    public override void Make(StageContext context)
    {
        RunEnvironment environment = context.Environment;
        TrainSettings settings = context.Settings.Train;
        TrainingInput input = ReadInput(context.Settings, context.Inputs);
        using IEngine engine = environment.CreateEngine();
        DeviceFit.Check(engine, settings.Model, input);
        var history = new HistoryProgress(context, settings.Model.Epochs);
        // A folder a device: the checkpoint of another one is of no use here, and whoever goes back to that device goes on from it.
        string checkpoints = Path.Combine(context.ResumeFolder, engine.Name);
        TrainResult result = Trainer.Run(
            settings.Model,
            settings.Seed ?? context.Seed,
            input,
            engine,
            checkpoints,
            history,
            schedule: environment.Checkpoints,
            environment.Display.Warning,
            environment.Pause
        );
        context.Staging.WriteTable(Embeddings.Users, Embeddings.ToTable(InteractionTables.User, result.UserEmbeddings));
        context.Staging.WriteTable(Embeddings.Items, Embeddings.ToTable(InteractionTables.Item, result.ItemEmbeddings));
        File.Copy(Path.Combine(checkpoints, Trainer.CheckpointFile), context.Staging.PathOf(Trainer.CheckpointFile));
        context.Staging.WriteTable(HistoryFile, History(result.History));
        context.Staging.WriteText(
            TimingFile,
            JsonFiles.Text(
                new TrainTiming(
                    engine.Name,
                    [.. result.History.Select(epoch => epoch.Seconds)],
                    [.. result.History.Select(epoch => epoch.ValidationSeconds)],
                    result.PeakMemoryBytes
                )
            )
        );
        context.Staging.Record("epochs", result.History.Count);
        context.Staging.Record("bestEpoch", result.BestEpoch);
        context.Staging.Record("valid.recall@20", result.BestRecall20);
        context.Staging.Record("epochSeconds", result.EpochSeconds);
        context.Staging.Record("validSeconds", result.ValidationSeconds);
        context.Staging.Record("peakMemoryMB", result.PeakMemoryBytes / 1e6);
        context.Summary = FormattableString.Invariant(
            $"best epoch {result.BestEpoch} of {result.History.Count}, validation recall@20 {result.BestRecall20:F4}, {result.EpochSeconds:F2} s an epoch"
        );
    }

    private static bool UsesItemGraph(PipelineSettings settings) => settings.Train.Model.ItemGraph != ItemGraph.Off;

    /// <summary>The stages that <see cref="ReadInput(PipelineSettings, IReadOnlyDictionary{string, Artifact}, bool)"/> reads.</summary>
    public static IReadOnlyList<string> InputNames(bool withModalities) =>
        withModalities ? ["split", "ingest", "features", "candidates"] : ["split", "ingest"];

    /// <summary>What a run is trained on.</summary>
    public static TrainingInput ReadInput(PipelineSettings settings, IReadOnlyDictionary<string, Artifact> inputs) =>
        ReadInput(settings, inputs, UsesItemGraph(settings));

    /// <summary>As the other overload, with or without the modalities, whatever the model's own settings say.</summary>
    public static TrainingInput ReadInput(
        PipelineSettings settings,
        IReadOnlyDictionary<string, Artifact> inputs,
        bool withModalities
    )
    {
        Artifact split = inputs["split"];
        int itemCount = checked((int)inputs["ingest"].Manifest.Metrics["items"]);
        (int[] trainUsers, int[] trainItems) = InteractionTables.ReadPairs(split, InteractionTables.Train);
        (int[] validUsers, int[] validItems) = InteractionTables.ReadPairs(split, InteractionTables.Valid);
        return new TrainingInput
        {
            UserCount = checked((int)inputs["ingest"].Manifest.Metrics["users"]),
            ItemCount = itemCount,
            TrainUsers = trainUsers,
            TrainItems = trainItems,
            ValidUsers = validUsers,
            ValidItems = validItems,
            Modalities = withModalities ? ReadModalities(settings, inputs, itemCount) : [],
        };
    }

    private static List<ModalityInput> ReadModalities(
        PipelineSettings settings,
        IReadOnlyDictionary<string, Artifact> inputs,
        int itemCount
    )
    {
        IReadOnlyDictionary<string, int[]> candidates = CandidatesStage.Read(inputs["candidates"], itemCount);
        var modalities = new List<ModalityInput>();
        foreach ((string name, Matrix values, _) in FeaturesStage.Read(inputs["features"]))
        {
            modalities.Add(new ModalityInput(name, values, candidates.GetValueOrDefault(name)));
        }

        return modalities.Count > 0
            ? modalities
            : throw new InputException(
                $"data set {settings.Name} has no modality that is there, and train.itemGraph needs one; use -Model lightgcn, or name the modalities in its data set file."
            );
    }

    private static Table History(IReadOnlyList<EpochRecord> history)
    {
        bool[] validated = [.. history.Select(epoch => epoch.Recall20 is not null)];
        return new Table([
            new Int32Column("epoch", [.. history.Select(epoch => epoch.Epoch)]),
            new DoubleColumn("loss", [.. history.Select(epoch => epoch.Loss)]),
            new DoubleColumn("bpr", [.. history.Select(epoch => epoch.BprLoss)]),
            new DoubleColumn("contrastive", [.. history.Select(epoch => epoch.ContrastiveLoss)]),
            new DoubleColumn("regularization", [.. history.Select(epoch => epoch.RegularizationLoss)]),
            new DoubleColumn("recall@20", [.. history.Select(epoch => epoch.Recall20 ?? 0)], validated),
            new DoubleColumn("ndcg@20", [.. history.Select(epoch => epoch.Ndcg20 ?? 0)], validated),
        ]);
    }

    /// <summary>Shows each epoch as it ends.</summary>
    private sealed class HistoryProgress(StageContext context, int epochs) : IProgress<EpochRecord>
    {
        private readonly Progress.IProgressDisplay display = context.Environment.Display;

        public void Report(EpochRecord value)
        {
            string losses = FormattableString.Invariant(
                $"loss {value.Loss:F4} (bpr {value.BprLoss:F4}, contrastive {value.ContrastiveLoss:F4}, regularisation {value.RegularizationLoss:F4})"
            );
            string valid = FormattableString.Invariant($"recall@20 {value.Recall20:F4}, ndcg@20 {value.Ndcg20:F4}");
            string cost = FormattableString.Invariant($"{value.Seconds:F2} s, {value.PeakMemoryBytes / 1e6:F0} MB");
            display.Info($"epoch {value.Epoch}: {losses}, {valid}{(value.IsBest ? " (best)" : "")}, {cost}");
            display.Report(new WorkProgress("training", "epochs", value.Epoch, epochs));
            var numbers = new Dictionary<string, double> { ["loss"] = value.Loss };
            if (value.Recall20 is { } recall && value.Ndcg20 is { } ndcg)
            {
                numbers["recall@20"] = recall;
                numbers["ndcg@20"] = ndcg;
            }

            double seconds = value.Seconds + value.ValidationSeconds;
            context.Environment.Observer.EpochEnded("train", context.Seed, value.Epoch, seconds, numbers);
        }
    }
}

/// <summary>What a training run cost.</summary>
/// <param name="Device">Engine it ran on.</param>
/// <param name="EpochSeconds">Training time of each epoch.</param>
/// <param name="ValidSeconds">Validation time of each epoch.</param>
/// <param name="PeakMemoryBytes">Most memory held.</param>
internal sealed record TrainTiming(
    string Device,
    IReadOnlyList<double> EpochSeconds,
    IReadOnlyList<double> ValidSeconds,
    long PeakMemoryBytes
);
