using System.Globalization;
using CranePipeline.Configuration;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Stages;

/// <summary>
/// Trains every combination of the setting <c>search</c> and ranks them by recall@20 on the validation part, as in the paper's section
/// 4.3.2. The test part plays no role. It is interrupted and resumed like a training run.
/// </summary>
internal sealed class SearchStage : Stage
{
    public const string TableFile = "trials.parquet";
    public const string PageFile = "trials.md";
    public const string BestFile = "best.json";

    public override string Name => "search";

    public override int Version => 3;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => TrainStage.InputNames(Needs(Points(settings)));

    public override object Settings(PipelineSettings settings, long seed)
    {
        // A searched setting's own value plays no role: the first combination's stands in its place.
        TrainOptions first = Points(settings)[0].Options;
        TrainSettings train = settings.Train with { Model = first.Model, Trainer = first.Trainer };
        return new
        {
            Model = TrainStage.ModelSettings(settings with { Train = train }),
            Seed = settings.Train.Seed ?? seed,
            settings.Search,
            settings.SearchTrials,
            // Keys of random searches are those of the versions that knew no other.
            Method = settings.SearchMethod == SearchMethod.Random ? (SearchMethod?)null : settings.SearchMethod,
        };
    }

    public override void Make(StageContext context)
    {
        PipelineSettings settings = context.Settings;
        var points = Points(settings);
        RunEnvironment environment = context.Environment;
        TrainingInput input = TrainStage.ReadInput(settings, context.Inputs, Needs(points));
        using IEngine engine = environment.CreateEngine();
        CheckFit(engine, points, input);
        var progress = new TrialProgress(environment.Display, TrialCount(settings, points.Count));
        IReadOnlyList<SearchTrial> trials = GridSearch.Run(
            points,
            [settings.Train.Seed ?? context.Seed],
            input,
            engine,
            Path.Combine(context.ResumeFolder, engine.Name),
            progress,
            progress,
            TrainStage.OtherRuns(context, engine),
            Order(settings, [.. points.Select(point => point.Settings)]),
            environment.Pause
        );
        SearchTrial best = GridSearch.Best(trials);
        // So that the settings that won need not be trained again.
        TrainStage.KeepCheckpoint(context, best.Checkpoints[0]);
        string[] names = [.. best.Settings.Keys];
        context.Staging.WriteTable(TableFile, ToTable(trials, names).Write);
        context.Staging.WriteText(PageFile, Markdown(settings, context.Seed, trials, names));
        context.Staging.WriteText(BestFile, JsonFiles.Text(new SearchOutcome(best.Settings, best.Recall20, best.Ndcg20)));
        context.Staging.Record("trials", trials.Count);
        context.Staging.Record("valid.recall@20", best.Recall20);
        context.Staging.Record("valid.ndcg@20", best.Ndcg20);
        context.Summary = FormattableString.Invariant(
            $"best of {trials.Count}: validation recall@20 {best.Recall20:F4} with {Describe(best.Settings)}"
        );
    }

    /// <summary>"rounds 2, neighbours 10".</summary>
    public static string Describe(IReadOnlyDictionary<string, string> settings) =>
        string.Join(", ", settings.Select(setting => $"{setting.Key} {setting.Value}"));

    /// <summary>"-Set train.rounds=2 -Set train.neighbours=10".</summary>
    public static string Arguments(IReadOnlyDictionary<string, string> settings) =>
        string.Join(" ", settings.Select(setting => $"-Set train.{setting.Key}={setting.Value}"));

    /// <summary>Tells before the first trial that one of them will not fit the device, and which.</summary>
    internal static void CheckFit(
        IEngine engine,
        IReadOnlyList<(IReadOnlyDictionary<string, string> Settings, TrainOptions Options)> points,
        TrainingInput input
    ) => Check(points, options => DeviceFit.Check(engine, options, input));

    private static IReadOnlyList<(IReadOnlyDictionary<string, string> Settings, TrainOptions Options)> Points(
        PipelineSettings settings
    )
    {
        if (settings.Search.Count == 0)
        {
            throw new InputException(
                $"there is nothing to search for {settings.Name}: give lists of values under 'search' "
                    + "in the model's or the data set's file, or with -Set \"search.rounds=[1, 2, 3]\""
            );
        }

        var points = GridSearch.Expand(settings.Train.Options, settings.Search);
        if (settings.SearchMethod == SearchMethod.Random && settings.SearchTrials > 0 && points.Count > settings.SearchTrials)
        {
            // The same ones for every seed and data set, in the order of the lists.
            int[] order = [.. Enumerable.Range(0, points.Count)];
            var stream = new RandomStream(0, "search trials");
            stream.Shuffle(order.AsSpan());
            points = [.. order.Take(settings.SearchTrials).Order().Select(place => points[place])];
        }

        Check(points, static options => options.Validate());
        return points;
    }

    /// <summary>Tells before any work that there is nothing to search, or a combination that cannot be.</summary>
    /// <exception cref="InputException">So it is.</exception>
    public static void Check(PipelineSettings settings) => Points(settings);

    /// <summary>How many combinations are tried under these settings.</summary>
    public static int TrialCount(PipelineSettings settings) =>
        settings.Search.Count == 0 ? 0 : TrialCount(settings, Points(settings).Count);

    private static int TrialCount(PipelineSettings settings, int combinations) =>
        settings.SearchTrials == 0 ? combinations : Math.Min(combinations, settings.SearchTrials);

    /// <summary>What to try next, or null for all in the order of the lists.</summary>
    private static Func<IReadOnlyList<TriedPoint>, int?>? Order(
        PipelineSettings settings,
        IReadOnlyList<IReadOnlyDictionary<string, string>> grid
    )
    {
        int trials = TrialCount(settings, grid.Count);
        return settings.SearchMethod == SearchMethod.Random
            ? null
            : tried => tried.Count < trials ? CoordinateOrder.Next(grid, tried) : null;
    }

    private static ModelNeeds Needs(IReadOnlyList<(IReadOnlyDictionary<string, string> Settings, TrainOptions Options)> points) =>
        points.Aggregate(ModelNeeds.Interactions, static (needs, point) => needs | point.Options.Model.Needs);

    private static void Check(
        IReadOnlyList<(IReadOnlyDictionary<string, string> Settings, TrainOptions Options)> points,
        Action<TrainOptions> check
    )
    {
        foreach ((IReadOnlyDictionary<string, string> point, TrainOptions options) in points)
        {
            try
            {
                check(options);
            }
            catch (InputException problem)
            {
                throw new InputException($"search, {Describe(point)}: {problem.Message}", problem);
            }
        }
    }

    private static Trials ToTable(IReadOnlyList<SearchTrial> trials, string[] names) =>
        new()
        {
            Settings = [.. names.Select(name => new TrialSetting(name, [.. trials.Select(trial => trial.Settings[name])]))],
            Recall20 = [.. trials.Select(trial => trial.Recall20)],
            Ndcg20 = [.. trials.Select(trial => trial.Ndcg20)],
            BestEpochs = [.. trials.Select(trial => trial.BestEpochs[0])],
        };

    private static string Markdown(PipelineSettings settings, long seed, IReadOnlyList<SearchTrial> trials, string[] names)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        text.WriteLine(
            FormattableString.Invariant(
                $"# Search on {settings.Name}, seed {seed}\n\nValidation part, best epoch of each trial; the best first.\n"
            )
        );
        text.WriteLine($"| {string.Join(" | ", names)} | recall@20 | ndcg@20 | best epoch |");
        text.WriteLine($"|{string.Concat(names.Select(_ => "---|"))}---:|---:|---:|");
        foreach (SearchTrial trial in trials.OrderByDescending(trial => trial.Recall20))
        {
            text.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {string.Join(" | ", names.Select(name => trial.Settings[name]))} "
                        + $"| {trial.Recall20:F4} | {trial.Ndcg20:F4} | {trial.BestEpochs[0]} |"
                )
            );
        }

        text.WriteLine($"\nBest: `{Arguments(GridSearch.Best(trials).Settings)}`");
        return text.ToString();
    }

    /// <summary>Shows the epochs of each trial and, as it ends, what it came to.</summary>
    /// <param name="display">Where.</param>
    /// <param name="count">How many trials.</param>
    private sealed class TrialProgress(Progress.IProgressDisplay display, int count)
        : IProgress<SearchTrial>,
            IProgress<TrialEpoch>
    {
        private double seconds;
        private int done;

        public void Report(TrialEpoch value) =>
            display.Report(new WorkProgress($"trial {done + 1} of {count}", "epochs", value.Epoch, value.Most));

        public void Report(SearchTrial value)
        {
            done++;
            // What it cost, not what it took now: a trial may have been trained before.
            seconds += value.Seconds;
            string left = Progress.Phrase.Left(TimeSpan.FromSeconds(seconds / done * (count - done)));
            display.Info(
                FormattableString.Invariant(
                    $"trial {done} of {count}: {Describe(value.Settings)}: validation recall@20 {value.Recall20:F4}"
                ) + (done < count ? $" (about {left} left)" : string.Empty)
            );
        }
    }
}

/// <summary>The best trial of a search.</summary>
/// <param name="Settings">Its values of the searched settings.</param>
/// <param name="Recall20">Validation recall@20.</param>
/// <param name="Ndcg20">Validation NDCG@20.</param>
internal sealed record SearchOutcome(IReadOnlyDictionary<string, string> Settings, double Recall20, double Ndcg20);
