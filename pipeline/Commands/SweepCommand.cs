using System.Diagnostics;
using System.Globalization;
using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Training;

namespace CranePipeline.Commands;

/// <summary>
/// Trains and evaluates every point of a sweep with every seed. What is in the store is not run again, so that an interrupted sweep goes on
/// where it was, and two sweeps share the runs they have in common.
/// </summary>
internal sealed class SweepCommand : Command
{
    private const string Stage = "evaluate";
    private static readonly string[] Metrics = ["recall@20", "ndcg@20"];

    public override string Name => "sweep";

    public override string Summary => "Train and evaluate a grid of settings, then report it";

    public override void Run(CommandContext context)
    {
        var folder = ConfigurationFolder.Find(context.Options.Conf);
        string name =
            context.Options.Sweep
            ?? throw new InputException(
                $"stage 'sweep' needs -Sweep NAME, a file of conf/sweeps; there are {string.Join(", ", folder.Sweeps)}"
            );
        var sweep = SweepDefinition.Read(folder, name);
        context.Session.Ensure("ingest");
        List<PlannedRun> runs = Plan(context, sweep);
        new SweepPlan(
            sweep.Name,
            sweep.Title,
            [.. runs.Select(run => new SweepPlanRun(run.Point.Label, run.Point.Settings, run.Seed, run.Key))]
        ).Save(context.Settings.Name, context.Environment);

        List<string> failures = RunAll(context, sweep, runs);
        var reporting = new StageSession(context.Settings, context.Environment);
        reporting.Run(["report"]);
        string report = reporting.Ensure("report").PathOf(ReportStage.PageFile);
        context.Output.Write(
            context.Options.Json ? Json(context, sweep, runs, failures, report) : Text(context, sweep, runs, report)
        );
        if (failures.Count > 0)
        {
            throw new InputException(
                $"{failures.Count} of {runs.Count} runs of the sweep failed, the others are kept: {string.Join(" ", failures)}"
            );
        }
    }

    /// <summary>Every run, its settings loaded and checked before the first begins.</summary>
    private static List<PlannedRun> Plan(CommandContext context, SweepDefinition sweep)
    {
        var runs = new List<PlannedRun>();
        foreach (SweepPoint point in sweep.Points)
        {
            PipelineSettings settings = ConfigurationLoader
                .Load<PipelineSettings>(
                    new ConfigurationRequest
                    {
                        Folder = context.Options.Conf,
                        Dataset = context.Options.Dataset,
                        Overrides = [.. context.Options.Overrides, .. point.Overrides],
                    }
                )
                .Settings;
            string[] unknown =
            [
                .. ((settings.Train.Model as MultimodalOptions)?.Modalities ?? []).Where(modality =>
                    !settings.Modalities.ContainsKey(modality)
                ),
            ];
            if (unknown.Length > 0)
            {
                context.Environment.Display.Info(
                    $"{point.Description} is left out: {settings.Name} has no modality {string.Join(", ", unknown)}"
                );
                continue;
            }

            var session = new StageSession(settings, context.Environment);
            runs.AddRange(
                settings.Seeds.Select(seed => new PlannedRun(
                    point,
                    seed,
                    session,
                    session.Graph.Identify(session.Graph.Node(Stage, seed)).Key
                ))
            );
        }

        return runs.Count > 0
            ? runs
            : throw new InputException($"sweep {sweep.Name} has no variant that data set {context.Settings.Name} can run");
    }

    private static List<string> RunAll(CommandContext context, SweepDefinition sweep, List<PlannedRun> runs)
    {
        RunEnvironment environment = context.Environment;
        var pending = new List<PlannedRun>();
        var seconds = new List<double>();
        foreach (PlannedRun run in runs)
        {
            Artifact? there = environment.Force ? null : run.Session.Find(Stage, run.Seed);
            if (there is null)
            {
                pending.Add(run);
            }
            else
            {
                seconds.Add(Seconds(environment.Store, there));
            }
        }

        environment.Display.Info(
            $"sweep {sweep.Name}: {runs.Count} runs, {runs.Count - pending.Count} are there, {pending.Count} to do{Left(seconds, pending.Count)}"
        );
        var failures = new List<string>();
        for (int each = 0; each < pending.Count; each++)
        {
            PlannedRun run = pending[each];
            string title = FormattableString.Invariant($"{run.Point.Description}, seed {run.Seed}");
            environment.Display.Info($"run {each + 1} of {pending.Count}: {title}{Left(seconds, pending.Count - each)}");
            var clock = Stopwatch.StartNew();
            try
            {
                run.Session.Ensure(Stage, run.Seed, environment.Force ? ["train", Stage] : []);
                seconds.Add(clock.Elapsed.TotalSeconds);
            }
            catch (InputException problem)
            {
                // One point whose training explodes does not cost the night's other runs.
                environment.Display.Warning($"{title} failed: {problem.Message}");
                failures.Add($"{title}: {problem.Message}");
            }
        }

        return failures;
    }

    private static string Left(List<double> seconds, int runs) =>
        seconds.Count == 0 || runs == 0
            ? string.Empty
            : $" (about {Phrase.Left(TimeSpan.FromSeconds(seconds.Average() * runs))} left)";

    private static double Seconds(ArtifactStore store, Artifact evaluate)
    {
        static double Of(Artifact? artifact) =>
            artifact is null ? 0 : (artifact.Manifest.End - artifact.Manifest.Start).TotalSeconds;
        return Of(evaluate) + Of(ComparableRuns.Input(store, evaluate, "train"));
    }

    private static string Text(CommandContext context, SweepDefinition sweep, List<PlannedRun> runs, string report)
    {
        var rows = new List<string[]>();
        foreach (IGrouping<SweepPoint, PlannedRun> point in runs.GroupBy(run => run.Point))
        {
            Artifact[] finished = [.. point.Select(run => run.Session.Find(Stage, run.Seed)).OfType<Artifact>()];
            rows.Add([
                point.Key.Description,
                finished.Length.ToString(CultureInfo.InvariantCulture),
                .. Metrics.Select(metric => Mean(finished, metric)),
            ]);
        }

        return TextTable.Write([sweep.Title, "seeds", .. Metrics], rows, column => column == 0)
            + $"the report of {context.Settings.Name} shows it: {report}\n";
    }

    /// <summary>"0.0931 ± 0.0004": mean and sample standard deviation over seeds.</summary>
    private static string Mean(Artifact[] finished, string metric)
    {
        double[] values =
        [
            .. finished
                .Select(artifact => artifact.Manifest.Metrics.TryGetValue(metric, out double value) ? value : double.NaN)
                .Where(value => !double.IsNaN(value)),
        ];
        if (values.Length == 0)
        {
            return "-";
        }

        Interval seeds = Significance.MeanInterval(values, confidence: 0.95);
        return seeds.Count == 1
            ? seeds.Mean.ToString("F4", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{seeds.Mean:F4} ± {seeds.StandardDeviation:F4}");
    }

    private static string Json(
        CommandContext context,
        SweepDefinition sweep,
        List<PlannedRun> runs,
        List<string> failures,
        string report
    ) =>
        JsonFiles.Line(
            new
            {
                Dataset = context.Settings.Name,
                Sweep = sweep.Name,
                Planned = runs.Count,
                Runs = from run in runs
                let artifact = run.Session.Find(Stage, run.Seed)
                select new
                {
                    run.Point.Label,
                    run.Point.Settings,
                    run.Seed,
                    run.Key,
                    State = run.Session.Results.LastOrDefault(result => result.Key == run.Key)?.State
                        ?? (artifact is null ? null : StageState.Fresh),
                    artifact?.Manifest.Metrics,
                },
                Failures = failures,
                Report = report,
            }
        );

    private sealed record PlannedRun(SweepPoint Point, long Seed, StageSession Session, string Key);
}
