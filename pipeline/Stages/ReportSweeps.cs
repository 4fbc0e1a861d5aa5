using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>What a report shows of sweeps. Their runs may differ in anything, features and interactions too, so they are found by their keys.</summary>
internal static class ReportSweeps
{
    /// <summary>The sweeps that were begun on these interactions and have a finished run.</summary>
    public static ReportSweep[] Find(
        PipelineSettings settings,
        ArtifactStore store,
        StageGraph graph,
        IReadOnlyList<ComparableRun> runs
    ) =>
        [
            .. Shown(settings, store, graph, runs)
                .Select(plan => new ReportSweep
                {
                    Name = plan.Title,
                    Dataset = settings.Name,
                    Planned = plan.Runs.Count,
                    Cells =
                    [
                        .. Cells(plan, settings.Name, store)
                            .Select(cell => new SweepCell
                            {
                                Label = cell.Run.Label,
                                Settings = cell.Run.Settings,
                                Metrics = cell.Evaluate.Manifest.Metrics,
                                ArtifactKey = cell.Run.Key,
                            }),
                    ],
                }),
        ];

    /// <summary>Their plans.</summary>
    public static IReadOnlyList<SweepPlan> Shown(
        PipelineSettings settings,
        ArtifactStore store,
        StageGraph graph,
        IReadOnlyList<ComparableRun> runs
    )
    {
        HashSet<string> comparable = [.. runs.Select(run => run.Evaluate.Key)];
        return
        [
            .. SweepPlan
                .Newest(store, settings.Name)
                .Where(plan =>
                    // Plans of earlier versions do not tell what they were begun on.
                    plan.Ingest
                        is { } ingest
                        ? ingest == graph.KeyOf("ingest") && Cells(plan, settings.Name, store).Any()
                        : plan.Runs.Any(run => comparable.Contains(run.Key))
                ),
        ];
    }

    /// <summary>The finished runs of a plan.</summary>
    public static IEnumerable<(SweepPlanRun Run, Artifact Evaluate)> Cells(SweepPlan plan, string dataset, ArtifactStore store)
    {
        foreach (SweepPlanRun run in plan.Runs)
        {
            if (store.Find(dataset, "evaluate", run.Key) is { } evaluate)
            {
                yield return (run, evaluate);
            }
        }
    }
}
