using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>A sweep that a report shows.</summary>
/// <param name="Plan">Its plan.</param>
/// <param name="Finished">Those of its runs that are finished.</param>
internal sealed record ShownSweep(SweepPlan Plan, IReadOnlyList<(SweepPlanRun Run, Artifact Evaluate)> Finished)
{
    /// <summary>As the report wants it.</summary>
    public ReportSweep Of(string dataset) =>
        new()
        {
            Name = Plan.Title,
            Dataset = dataset,
            Planned = Plan.Runs.Count,
            Cells =
            [
                .. Finished.Select(cell => new SweepCell
                {
                    Label = cell.Run.Label,
                    Settings = cell.Run.Settings,
                    Metrics = cell.Evaluate.Manifest.Metrics,
                    ArtifactKey = cell.Run.Key,
                }),
            ],
        };
}

/// <summary>What a report shows of sweeps. Their runs may differ in anything, features and interactions too, so they are found by their keys.</summary>
internal static class ReportSweeps
{
    /// <summary>The sweeps that were begun on these interactions and have a finished run.</summary>
    public static IReadOnlyList<ShownSweep> Find(
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
                // Plans of earlier versions do not tell what they were begun on.
                .Where(plan =>
                    plan.Ingest is null
                        ? plan.Runs.Any(run => comparable.Contains(run.Key))
                        : plan.Ingest == graph.KeyOf("ingest")
                )
                .Select(plan => new ShownSweep(plan, Finished(plan, settings.Name, store)))
                .Where(sweep => sweep.Finished.Count > 0),
        ];
    }

    private static List<(SweepPlanRun Run, Artifact Evaluate)> Finished(SweepPlan plan, string dataset, ArtifactStore store)
    {
        var finished = new List<(SweepPlanRun Run, Artifact Evaluate)>();
        foreach (SweepPlanRun run in plan.Runs)
        {
            if (store.Find(dataset, "evaluate", run.Key) is { } evaluate)
            {
                finished.Add((run, evaluate));
            }
        }

        return finished;
    }
}
