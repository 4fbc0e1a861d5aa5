using System.Globalization;
using CranePipeline.Configuration;
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

    public override string Name => "sweep";

    public override string Summary => "Train and evaluate a grid of settings, then report it";

    public override void Run(CommandContext context)
    {
        SweepDefinition sweep = Read(context);
        Artifact ingest = context.Session.Ensure("ingest");
        List<PlannedRun> runs = Plan(context, sweep);
        new SweepPlan(
            sweep.Name,
            sweep.Title,
            [.. runs.Select(run => new SweepPlanRun(run.Point.Label, run.Point.Settings, run.Seed, run.Key!))],
            ingest.Key
        ).Save(context.Settings.Name, context.Environment);

        (WorkQueue queue, QueuedWork[] work) = Queue(context, runs);
        IReadOnlyList<FailedWork> failures = queue.Run($"sweep {sweep.Name}", work);
        var reporting = new StageSession(context.Settings, context.Environment);
        reporting.Run(["report"]);
        string report = reporting.Ensure("report").PathOf(ReportStage.PageFile);
        context.Output.Write(
            context.Options.Json ? Json(context, sweep, runs, failures, report) : Text(context, sweep, runs, report)
        );
        if (failures.Count > 0)
        {
            throw new InputException(
                $"{failures.Count} of {runs.Count} runs of the sweep failed, the others are kept: {WorkQueue.Describe(failures)}"
            );
        }
    }

    public override bool Foretell(CommandContext context)
    {
        SweepDefinition sweep = Read(context);
        List<PlannedRun> runs = Plan(context, sweep);
        (WorkQueue queue, QueuedWork[] work) = Queue(context, runs);
        IReadOnlyList<QueuedWork> pending = queue.Pending(work);
        var plan = runs.Zip(
            work,
            (run, each) =>
                new
                {
                    run.Point.Description,
                    run.Seed,
                    Runs = pending.Contains(each),
                }
        );
        if (context.Options.Json)
        {
            context.Output.Write(
                JsonFiles.Line(
                    new
                    {
                        Dataset = context.Settings.Name,
                        Sweep = sweep.Name,
                        Plan = plan,
                    }
                )
            );
            return true;
        }

        string[][] rows =
        [
            .. plan.Select(each =>
                (string[])[each.Description, FormattableString.Invariant($"{each.Seed}"), each.Runs ? "run" : "stay"]
            ),
        ];
        context.Output.Write(TextTable.Write([sweep.Title, "seed", "would"], rows, column => column != 1));
        context.Output.Write($"sweep {sweep.Name}: {queue.Summary(work.Length, pending)}\n");
        return true;
    }

    private SweepDefinition Read(CommandContext context)
    {
        var folder = ConfigurationFolder.Find(context.Options.Conf);
        return SweepDefinition.Read(folder, NamedFile(context.Options.Sweep, folder.Sweeps));
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
                    settings.Train.Model.IsTrained,
                    session,
                    session.Graph.KeyOf(Stage, seed)
                ))
            );
        }

        return runs.Count > 0
            ? runs
            : throw new InputException($"sweep {sweep.Name} has no variant that data set {context.Settings.Name} can run");
    }

    private static (WorkQueue Queue, QueuedWork[] Work) Queue(CommandContext context, List<PlannedRun> runs)
    {
        RunEnvironment environment = context.Environment;
        var times = new TrainingTimes();
        foreach (PlannedRun run in runs)
        {
            if (run.Session.Find(Stage, run.Seed) is { } there)
            {
                times.Remember(context.Settings.Name, string.Empty, run.IsTrained, 1, Seconds(environment.Store, there));
            }
        }

        QueuedWork[] work =
        [
            .. runs.Select(run => new QueuedWork(
                FormattableString.Invariant($"{run.Point.Description}, seed {run.Seed}"),
                context.Settings.Name,
                string.Empty,
                1,
                run.IsTrained,
                () => true,
                () => run.Session.Identify(Stage, run.Seed),
                () => run.Session.Find(Stage, run.Seed),
                () => run.Session.Ensure(Stage, run.Seed, environment.Force ? ["train", Stage] : [])
            )),
        ];
        return (new WorkQueue(environment, times), work);
    }

    private static double Seconds(ArtifactStore store, Artifact evaluate) =>
        evaluate.Manifest.Duration.TotalSeconds
        + (ComparableRuns.Input(store, evaluate, "train") is { } train ? TrainStage.TrainingSeconds(train) : 0);

    private static string Text(CommandContext context, SweepDefinition sweep, List<PlannedRun> runs, string report)
    {
        int cutoff = context.Settings.Evaluate.HeadlineCutoff();
        string[] metrics = [$"recall@{cutoff}", $"ndcg@{cutoff}"];
        var rows = new List<string[]>();
        foreach (IGrouping<SweepPoint, PlannedRun> point in runs.GroupBy(run => run.Point))
        {
            Artifact[] finished = [.. point.Select(run => run.Session.Find(Stage, run.Seed)).OfType<Artifact>()];
            rows.Add([
                point.Key.Description,
                finished.Length.ToString(CultureInfo.InvariantCulture),
                .. metrics.Select(metric => MetricText.Mean(finished.Select(artifact => artifact.Manifest.Metrics), metric)),
            ]);
        }

        return TextTable.Write([sweep.Title, "seeds", .. metrics], rows, column => column == 0)
            + $"the report of {context.Settings.Name} shows it: {report}\n";
    }

    private static string Json(
        CommandContext context,
        SweepDefinition sweep,
        List<PlannedRun> runs,
        IReadOnlyList<FailedWork> failures,
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
                Failures = failures.Select(failure => $"{failure.Work.Title}: {failure.Reason}"),
                Report = report,
            }
        );

    /// <summary>A run; its key is null where the raw files are not there yet.</summary>
    private sealed record PlannedRun(SweepPoint Point, long Seed, bool IsTrained, StageSession Session, string? Key);
}
