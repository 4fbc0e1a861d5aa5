using System.Globalization;
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

    /// <summary>The manifest's figure of how many numbers training adjusts.</summary>
    public const string Parameters = "parameters";

    /// <summary>The run's <see cref="RunName"/>.</summary>
    public const string NameFile = "run.json";

    private static readonly string[] Kept = [Trainer.CheckpointFile, TrainTiming.FileName];

    private static readonly string[] Trainings = ["train", "search"];

    public override string Name => "train";

    public override int Version => Trainer.Version;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => InputNames(settings.Train.Model.Needs);

    public override object Settings(PipelineSettings settings, long seed) =>
        new { Model = ModelSettings(settings), Seed = settings.Train.Seed ?? seed };

    /// <summary>What decides a model besides its seed: its name, its own settings and the trainer's.</summary>
    public static object ModelSettings(PipelineSettings settings) =>
        new
        {
            ModelCatalog.Of(settings.Train.Model).Name,
            Options = settings.Train.Model,
            settings.Train.Trainer,
            settings.Train.Options.AutoSteps,
        };

    public override double SecondsOf(Artifact artifact) => TrainingSeconds(artifact);

    public override void Make(StageContext context)
    {
        ProcessMemory.ReleaseGarbage();
        ProcessMemory.Mark();
        TrainSettings settings = context.Settings.Train;
        using IEngine engine = context.Environment.CreateEngine();
        // A folder a device: the checkpoint of another one is of no use here, and whoever goes back to that device goes on from it.
        string checkpoints = Path.Combine(context.ResumeFolder, engine.Name);
        (PreparedTraining prepared, TrainerOptions used) = Prepare(context, engine, checkpoints);
        using PreparedTraining training = prepared;

        // Tables and what was read from them are larger than the model.
        ProcessMemory.ReleaseGarbage();
        var progress = new HistoryProgress(context, settings.Trainer.Epochs);
        progress.Begin(training.Before);
        TrainResult result = training.Run(progress, context.Environment.Pause);
        ScorerTables.Write(context.Staging, result.Scorer);
        KeepCheckpoint(context, checkpoints);
        context.Staging.WriteText(NameFile, JsonFiles.Text(context.Settings.Run));
        context.Staging.WriteTable(HistoryFile, ToTable(result.History).Write);
        context.Staging.Record("epochs", result.History.Count);
        context.Staging.Record(Parameters, result.ParameterCount);
        context.Staging.Record("batchSize", used.BatchSize!.Value);
        context.Staging.Record("learningRate", used.LearningRate);
        context.Staging.Record("validateEvery", used.ValidateEvery!.Value);
        context.Staging.Record("bestEpoch", result.BestEpoch);
        context.Staging.Record("valid.recall@20", result.BestRecall20);
        context.Staging.Record("epochSeconds", result.EpochSeconds);
        context.Staging.Record("validSeconds", result.ValidationSeconds);
        context.Staging.Record("peakMemoryMB", result.PeakMemoryBytes / 1e6);
        context.Summary = string.Create(
            CultureInfo.InvariantCulture,
            $"best epoch {result.BestEpoch} of {result.History.Count}, validation "
                + $"recall@20 {result.BestRecall20:F4}, {result.EpochSeconds:F2} s an epoch"
        );
    }

    /// <summary>
    /// The stages that <see cref="ReadInput(PipelineSettings, IReadOnlyDictionary{string, Artifact}, ModelNeeds)"/> reads.
    /// </summary>
    public static IReadOnlyList<string> InputNames(ModelNeeds needs) =>
        needs != ModelNeeds.Interactions ? ["split", "ingest", "features", "candidates"] : ["split", "ingest"];

    /// <summary>What a run is trained on.</summary>
    public static TrainingInput ReadInput(PipelineSettings settings, IReadOnlyDictionary<string, Artifact> inputs) =>
        ReadInput(settings, inputs, settings.Train.Model.Needs);

    /// <summary>As the other overload, for what several models need together.</summary>
    public static TrainingInput ReadInput(
        PipelineSettings settings,
        IReadOnlyDictionary<string, Artifact> inputs,
        ModelNeeds needs
    )
    {
        Artifact split = inputs["split"];
        int itemCount = checked((int)inputs["ingest"].Manifest.Metrics["items"]);
        InteractionPairs train = InteractionTables.ReadPairs(split, InteractionTables.Train);
        InteractionPairs valid = InteractionTables.ReadPairs(split, InteractionTables.Valid);
        return new TrainingInput
        {
            UserCount = checked((int)inputs["ingest"].Manifest.Metrics["users"]),
            ItemCount = itemCount,
            TrainUsers = train.Users,
            TrainItems = train.Items,
            ValidUsers = valid.Users,
            ValidItems = valid.Items,
            Modalities = needs != ModelNeeds.Interactions ? ReadModalities(settings, inputs, itemCount) : [],
        };
    }

    /// <summary>
    /// Folders of the data set that may hold checkpoints; none where a stage is forced, for whoever forces it wants to see it computed.
    /// </summary>
    public static IReadOnlyCollection<string> OtherRuns(StageContext context, IEngine engine) =>
        context.Environment.Force
            ? []
            :
            [
                .. Trainings
                    .SelectMany(stage => context.Environment.Store.Folder.Checkpointed(context.Settings.Name, stage))
                    .SelectMany(folder => new[] { folder, Path.Combine(folder, engine.Name) }),
            ];

    /// <summary>
    /// Seconds that a training took in all, in one run of the program or in several. One without epochs, which an earlier version made, took
    /// as long as the artifact.
    /// </summary>
    public static double TrainingSeconds(Artifact train)
    {
        IReadOnlyDictionary<string, double> metrics = train.Manifest.Metrics;
        double each =
            metrics.GetValueOrDefault("epochSeconds")
            + (metrics.GetValueOrDefault("validSeconds") / Math.Max(1, metrics.GetValueOrDefault("validateEvery")));
        return metrics.TryGetValue("epochs", out double epochs) ? epochs * each : train.Manifest.Duration.TotalSeconds;
    }

    /// <summary>Puts a finished training's checkpoint and what its epochs cost into the artifact.</summary>
    public static void KeepCheckpoint(StageContext context, string checkpoints)
    {
        foreach (string file in Kept)
        {
            WholeFile.Copy(Path.Combine(checkpoints, file), context.Staging.PathOf(file));
        }
    }

    // Apart from training, so that nothing holds the input any longer.
    private static (PreparedTraining Training, TrainerOptions Used) Prepare(
        StageContext context,
        IEngine engine,
        string checkpoints
    )
    {
        TrainSettings settings = context.Settings.Train;
        TrainingInput input = ReadInput(context.Settings, context.Inputs);
        ProcessMemory.ReleaseGarbage();
        TrainOptions options = settings.Options.Resolve(input);
        DeviceFit.Check(engine, options, input);
        TellResolved(context, settings.Trainer, options.Trainer, input.TrainUsers.Length);
        var schedule = new CheckpointSchedule { Warn = context.Environment.Display.Warning };
        long seed = settings.Seed ?? context.Seed;
        PreparedTraining training = Trainer.Prepare(
            options,
            seed,
            input,
            engine,
            checkpoints,
            schedule,
            OtherRuns(context, engine)
        );
        if (training.GoesOnFrom is { } other)
        {
            context.Environment.Display.Info(
                $"goes on from {other}, the same settings with fewer epochs, less patience, or in a search"
            );
        }

        return (training, options.Trainer);
    }

    private static List<ModalityInput> ReadModalities(
        PipelineSettings settings,
        IReadOnlyDictionary<string, Artifact> inputs,
        int itemCount
    )
    {
        IReadOnlyDictionary<string, int[]> candidates = CandidatesStage.Read(inputs["candidates"], itemCount);
        IReadOnlySet<string> given = CandidatesStage.GivenModalities(inputs["candidates"]);
        var modalities = new List<ModalityInput>();
        foreach ((string name, Matrix values, _) in FeaturesStage.Read(inputs["features"]))
        {
            modalities.Add(
                new ModalityInput(name, values, candidates.GetValueOrDefault(name)) { AreCandidatesGiven = given.Contains(name) }
            );
        }

        return modalities.Count > 0
            ? modalities
            : throw new InputException(
                $"data set {settings.Name} has no modality that is there, and model {settings.Model} "
                    + "needs one; use -Model lightgcn, or name the modalities in its data set file"
            );
    }

    // What `auto` came to; the manifest has the same numbers.
    private static void TellResolved(StageContext context, TrainerOptions given, TrainerOptions used, int interactions)
    {
        if (given.BatchSize is null)
        {
            context.Environment.Display.Info(
                FormattableString.Invariant(
                    $"batchSize auto: {used.BatchSize} of {interactions} interactions, learningRate {used.LearningRate:G4}"
                )
            );
        }

        if (given.ValidateEvery is null)
        {
            context.Environment.Display.Info(
                FormattableString.Invariant($"validateEvery auto: a validation every {used.ValidateEvery} epochs")
            );
        }
    }

    private static History ToTable(IReadOnlyList<EpochRecord> history)
    {
        double[] Of(Func<EpochRecord, double> value) => [.. history.Select(value)];
        bool[] validated = [.. history.Select(epoch => epoch.Recall20 is not null)];
        return new History
        {
            Epochs = [.. history.Select(epoch => epoch.Epoch)],
            Losses = Of(epoch => epoch.Loss),
            Parts =
            [
                .. history
                    .SelectMany(epoch => epoch.Parts.Select(part => part.Name))
                    .Distinct()
                    .Select(name => new HistoryPart(name, Of(epoch => epoch.Part(name)))),
            ],
            Recall20 = new OptionalColumn<double>(Of(epoch => epoch.Recall20 ?? 0), validated),
            Ndcg20 = new OptionalColumn<double>(Of(epoch => epoch.Ndcg20 ?? 0), validated),
        };
    }

    /// <summary>Shows each epoch as it ends.</summary>
    private sealed class HistoryProgress(StageContext context, int epochs) : IProgress<EpochRecord>
    {
        private readonly Progress.IProgressDisplay display = context.Environment.Display;

        /// <summary>Tells what was there before; the rate and the time left are those of the epochs to come.</summary>
        public void Begin(IReadOnlyList<EpochRecord> before)
        {
            if (before.LastOrDefault(epoch => epoch.IsBest) is { } best)
            {
                display.Info(
                    FormattableString.Invariant(
                        $"{before.Count} epochs are there already, best recall@20 {best.Recall20:F4} (epoch {best.Epoch})"
                    )
                );
            }

            display.Report(new WorkProgress("training", "epochs", before.Count, epochs));
        }

        public void Report(EpochRecord value)
        {
            string parts = string.Join(
                ", ",
                value.Parts.Select(part => FormattableString.Invariant($"{part.Name} {part.Value:F4}"))
            );
            string losses = FormattableString.Invariant($"loss {value.Loss:F4}{(parts.Length > 0 ? $" ({parts})" : "")}");
            string valid = value.Recall20 is null
                ? "not validated"
                : FormattableString.Invariant($"recall@20 {value.Recall20:F4}, ndcg@20 {value.Ndcg20:F4}");
            string cost = FormattableString.Invariant($"{value.Seconds:F2} s, {value.PeakMemoryBytes / 1e6:F0} MB");
            display.Info($"epoch {value.Epoch}: {losses}, {valid}{(value.IsBest ? " (best)" : "")}, {cost}");
            display.Report(new WorkProgress("training", "epochs", value.Epoch, epochs));
            Dictionary<string, double> numbers = value.Parts.ToDictionary(part => part.Name, part => part.Value);
            numbers["loss"] = value.Loss;
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
