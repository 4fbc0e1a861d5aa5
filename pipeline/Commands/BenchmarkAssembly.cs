using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Stages;
using CranePipeline.Store;

namespace CranePipeline.Commands;

/// <summary>Gathers from the store what a benchmark shows, and keeps it there.</summary>
internal static class BenchmarkAssembly
{
    public const string TableFile = "benchmark.md";
    public const string PageFile = "benchmark.html";

    /// <summary>The folder of the store where benchmarks lie, beside the data sets.</summary>
    private const string Folder = "benchmarks";

    /// <summary>Everything there is to show, finished or not.</summary>
    public static BenchmarkInput Assemble(
        BenchmarkDefinition definition,
        IReadOnlyList<BenchmarkCell> cells,
        IReadOnlyList<FailedWork> failures,
        RunEnvironment environment
    )
    {
        var datasets = new List<ReportDataset>();
        var runs = new List<ReportRun>();
        foreach (IGrouping<string, BenchmarkCell> dataset in cells.GroupBy(cell => cell.Settings.Name))
        {
            ComparableRun[] finished = [.. dataset.SelectMany(cell => Finished(cell, environment.Store))];
            if (finished.Length > 0)
            {
                PipelineSettings settings = dataset.First().Settings;
                datasets.Add(ReportAssembly.Dataset(settings, environment.Store, finished));
                runs.AddRange(ReportAssembly.Runs(environment.Store, finished, settings, withEmbedding: false));
            }
        }

        EvaluateOptions evaluate = cells[0].Settings.Evaluate;
        return new BenchmarkInput
        {
            Title = definition.Title,
            Command = definition.Command,
            Protocol = BenchmarkProtocol.Describe(definition, cells),
            Datasets = [.. datasets],
            Models = [.. cells.Select(cell => cell.Title).Distinct()],
            Baseline = cells.FirstOrDefault(cell => cell.Settings.Model == definition.Baseline)?.Title ?? string.Empty,
            Metric = $"recall@{evaluate.HeadlineCutoff()}",
            Columns = ReportAssembly.Columns(evaluate),
            Runs = [.. runs],
            Planned = cells.Where(cell => cell.Obstacle is null).Sum(cell => cell.Settings.Seeds.Count),
            Choices = [.. cells.Where(cell => cell.Chosen is not null && cell.Obstacle is null).Select(Choice)],
            Gaps = [.. Gaps(cells, failures)],
            Colophon = $"CRANE Pipeline {ArtifactStore.ToolVersion}",
        };
    }

    /// <summary>Writes page and table into the store.</summary>
    public static Artifact Save(
        BenchmarkDefinition definition,
        IReadOnlyList<BenchmarkCell> cells,
        BenchmarkInput input,
        RunEnvironment environment
    )
    {
        IEnumerable<ArtifactInput> runs = input.Runs.Select(run => new ArtifactInput(
            FormattableString.Invariant($"{run.Dataset}/evaluate/{run.Model}/{run.Seed}"),
            run.ArtifactKey
        ));
        // Nothing else names the searches, which cost the most.
        IEnumerable<ArtifactInput> searches =
            from cell in cells
            where cell.Obstacle is null
            let search = cell.Search
            where search is not null
            select new ArtifactInput(
                FormattableString.Invariant($"{cell.Settings.Name}/search/{cell.Title}/{cell.SearchSeed}"),
                search.Key
            );
        string settings = CanonicalJson.Of(
            new
            {
                definition.Name,
                definition.Title,
                input.Command,
                input.Protocol,
                input.Models,
                input.Baseline,
                input.Planned,
                Choices = input.Choices.Select(choice => new
                {
                    choice.Dataset,
                    choice.Model,
                    choice.Trials,
                    choice.ValidRecall20,
                    Settings = SearchStage.Describe(choice.Settings),
                }),
                Gaps = input.Gaps.Select(gap => $"{gap.Dataset}/{gap.Model}: {gap.Reason}").ToArray(),
            }
        );
        (Artifact artifact, _) = environment.Store.GetOrBuild(
            new ArtifactIdentity(Folder, definition.Name, version: 2, settings, [.. runs, .. searches]),
            environment.Force,
            (staging, _) =>
            {
                staging.WriteText(TableFile, Benchmark.Markdown(input));
                staging.WriteText(PageFile, Benchmark.Html(input));
                staging.Record("runs", input.Runs.Count);
                staging.Record("planned", input.Planned);
            },
            environment.Wait("benchmark")
        );
        return artifact;
    }

    private static IEnumerable<ComparableRun> Finished(BenchmarkCell cell, ArtifactStore store)
    {
        foreach (long seed in cell.Settings.Seeds)
        {
            if (
                cell.Obstacle is null
                && cell.Run(seed) is { } evaluate
                && ComparableRuns.Input(store, evaluate, "train") is { } train
            )
            {
                yield return new ComparableRun(
                    cell.Title,
                    seed,
                    IsSubject: false,
                    IsVariant: false,
                    IsGridPoint: false,
                    evaluate,
                    train
                );
            }
        }
    }

    private static BenchmarkChoice Choice(BenchmarkCell cell)
    {
        SearchOutcome? best = cell.Choice;
        return new BenchmarkChoice
        {
            Dataset = cell.Settings.Name,
            Model = cell.Title,
            Trials = cell.IsSearched ? cell.Trials : 0,
            ValidRecall20 = best?.Recall20,
            Settings = best?.Settings ?? new Dictionary<string, string>(),
        };
    }

    private static IEnumerable<BenchmarkGap> Gaps(IReadOnlyList<BenchmarkCell> cells, IReadOnlyList<FailedWork> failures)
    {
        foreach (BenchmarkCell cell in cells)
        {
            string? reason =
                cell.Obstacle
                ?? failures
                    .FirstOrDefault(failure =>
                        failure.Work.Dataset == cell.Settings.Name && failure.Work.Model == cell.Settings.Model
                    )
                    ?.Reason;
            if (reason is not null)
            {
                yield return new BenchmarkGap
                {
                    Dataset = cell.Settings.Name,
                    Model = cell.Title,
                    Reason = reason,
                };
            }
        }
    }
}
