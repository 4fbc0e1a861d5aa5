using System.Globalization;
using System.Text.Json.Serialization;
using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>
/// Runs models on data sets by one protocol and shows them in one page and one table. Every search and every run is an artifact of
/// the store, so that an interrupted benchmark goes on where it was, and shares what sweeps and single runs have made.
/// </summary>
internal sealed class BenchmarkCommand : Command
{
    public override string Name => "benchmark";

    public override string Summary => "Run models on data sets by one protocol, then compare them";

    public override bool NeedsDataset => false;

    public override bool LoadsModels => true;

    public override void Run(CommandContext context)
    {
        RunEnvironment environment = context.Environment;
        (BenchmarkDefinition definition, IReadOnlyList<BenchmarkCell> cells, WorkQueue queue) = Prepare(context);
        QueuedWork[] work = [.. cells.SelectMany(cell => cell.Work())];
        foreach (string line in Table(Planned(queue, cells, environment)).TrimEnd('\n').Split('\n'))
        {
            environment.Display.Info(line);
        }

        foreach (string difference in BenchmarkProtocol.Differences(cells.Select(cell => (cell.Title, cell.Settings))))
        {
            environment.Display.Warning(difference);
        }

        IReadOnlyList<FailedWork> failures = queue.Run($"benchmark {definition.Name}", work);
        BenchmarkInput input = BenchmarkAssembly.Assemble(definition, cells, failures, environment);
        Artifact artifact = BenchmarkAssembly.Save(definition, cells, input, environment);
        context.Output.Write(context.Options.Json ? Json(definition, input, failures, artifact) : Text(input, artifact));
        if (failures.Count > 0)
        {
            throw new InputException(
                $"{failures.Count} of {work.Length} runs of the benchmark failed, the others are kept: {WorkQueue.Describe(failures)}"
            );
        }
    }

    public override bool Foretell(CommandContext context)
    {
        (BenchmarkDefinition definition, IReadOnlyList<BenchmarkCell> cells, WorkQueue queue) = Prepare(context);
        PlannedCell[] planned = Planned(queue, cells, context.Environment);
        int runs = cells.Sum(cell => cell.Work().Count());
        string left = queue.Summary(runs, [.. planned.SelectMany(cell => cell.Pending)]);
        context.Output.Write(
            context.Options.Json
                ? JsonFiles.Line(new { Benchmark = definition.Name, Plan = planned })
                : Table(planned) + $"benchmark {definition.Name}: {left}\n"
        );
        return true;
    }

    private (BenchmarkDefinition Definition, IReadOnlyList<BenchmarkCell> Cells, WorkQueue Queue) Prepare(CommandContext context)
    {
        var folder = ConfigurationFolder.Find(context.Options.Conf);
        BenchmarkDefinition definition = BenchmarkFile
            .Read(folder, NamedFile(context.Options.Benchmark, folder.Benchmarks))
            .With(context.Options);
        IReadOnlyList<BenchmarkCell> cells = BenchmarkPlan.Of(definition, context.Environment);
        var queue = new WorkQueue(context.Environment, Recall(cells, context.Environment.Store));
        return (definition, cells, queue);
    }

    /// <summary>
    /// Every finished training of these data sets and models tells how long such a training takes, whatever it was made for.
    /// </summary>
    private static TrainingTimes Recall(IReadOnlyList<BenchmarkCell> cells, ArtifactStore store)
    {
        var times = new TrainingTimes();
        var isTrained = cells
            .DistinctBy(cell => cell.Settings.Model)
            .ToDictionary(cell => cell.Settings.Model, cell => cell.Settings.Train.Model.IsTrained);
        foreach (string dataset in cells.Select(cell => cell.Settings.Name).Distinct())
        {
            foreach (Artifact train in store.List(dataset, "train"))
            {
                if (ComparableRuns.NameOf(train) is { } run && isTrained.TryGetValue(run.Model, out bool trained))
                {
                    times.Remember(dataset, run.Model, trained, 1, TrainStage.TrainingSeconds(train));
                }
            }
        }

        return times;
    }

    private static PlannedCell[] Planned(WorkQueue queue, IReadOnlyList<BenchmarkCell> cells, RunEnvironment environment)
    {
        PlannedCell Of(BenchmarkCell cell)
        {
            IReadOnlyList<QueuedWork> pending = queue.Pending([.. cell.Work()]);
            bool isToSearch = cell.IsSearched && (cell.Choice is null || environment.Force);
            string search =
                isToSearch ? FormattableString.Invariant($"{cell.Trials} trials to do")
                : cell.IsSearched ? "fresh"
                : "none";
            int runs = cell.Settings.Seeds.Count;
            int left = pending.Count - (isToSearch && cell.Obstacle is null ? 1 : 0);
            double? seconds = queue.Times.Estimate(pending);
            return new PlannedCell(cell.Settings.Name, cell.Title, search, runs, runs - left, seconds, cell.Obstacle, pending);
        }

        return [.. cells.Select(Of)];
    }

    private static string Table(PlannedCell[] planned) =>
        TextTable.Write(
            ["data set", "model", "search", "runs", "time left"],
            [
                .. planned.Select(cell =>
                    (string[])
                        [
                            cell.Dataset,
                            cell.Model,
                            cell.Obstacle is null ? cell.Search : "–",
                            cell.Obstacle ?? FormattableString.Invariant($"{cell.Fresh} of {cell.Runs} fresh"),
                            cell.Seconds switch
                            {
                                0 => string.Empty,
                                { } seconds => $"about {Progress.Phrase.Left(TimeSpan.FromSeconds(seconds))}",
                                null => "not known",
                            },
                        ]
                ),
            ],
            _ => true
        );

    private static string Text(BenchmarkInput input, Artifact artifact)
    {
        var rows = new List<string[]>();
        foreach (ReportDataset dataset in input.Datasets)
        {
            foreach (string model in input.Models)
            {
                ReportRun[] runs = [.. input.Runs.Where(run => run.Dataset == dataset.Name && run.Model == model)];
                if (runs.Length > 0)
                {
                    rows.Add([
                        dataset.Name,
                        model,
                        runs.Length.ToString(CultureInfo.InvariantCulture),
                        .. input.Columns.Select(metric => MetricText.Mean(runs.Select(run => run.Metrics), metric)),
                    ]);
                }
            }
        }

        return TextTable.Write(["data set", "model", "seeds", .. input.Columns], rows, column => column < 2)
            + $"the page is {artifact.PathOf(BenchmarkAssembly.PageFile)}\nthe table is {artifact.PathOf(BenchmarkAssembly.TableFile)}\n";
    }

    private static string Json(
        BenchmarkDefinition definition,
        BenchmarkInput input,
        IReadOnlyList<FailedWork> failures,
        Artifact artifact
    ) =>
        JsonFiles.Line(
            new
            {
                Benchmark = definition.Name,
                input.Planned,
                Finished = input.Runs.Count,
                Runs = input.Runs.Select(run => new
                {
                    run.Dataset,
                    run.Model,
                    run.Seed,
                    Key = run.ArtifactKey,
                    run.Metrics,
                }),
                Choices = input.Choices.Select(choice => new
                {
                    choice.Dataset,
                    choice.Model,
                    choice.Trials,
                    choice.ValidRecall20,
                    choice.Settings,
                }),
                Failures = failures.Select(failure => $"{failure.Work.Title}: {failure.Reason}"),
                Page = artifact.PathOf(BenchmarkAssembly.PageFile),
                Table = artifact.PathOf(BenchmarkAssembly.TableFile),
            }
        );

    /// <summary>What is there and what is left of a model on a data set; seconds are 0 where nothing is, null where unknown.</summary>
    private sealed record PlannedCell(
        string Dataset,
        string Model,
        string Search,
        int Runs,
        int Fresh,
        double? Seconds,
        string? Obstacle,
        [property: JsonIgnore] IReadOnlyList<QueuedWork> Pending
    );
}
