using System.Text.Json.Nodes;
using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Ingest;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Training;

namespace CranePipeline.Stages;

/// <summary>Gathers from the store what a report shows.</summary>
internal static class ReportAssembly
{
    // As in the paper's figure 6.
    private const int SampledUsers = 8;
    private const int ItemsPerUser = 30;

    /// <summary>Everything there is to show for the current data set.</summary>
    public static ReportInput Assemble(StageContext context)
    {
        PipelineSettings settings = context.Settings;
        ArtifactStore store = context.Environment.Store;
        IReadOnlyList<ComparableRun> runs = ComparableRuns.Find(settings, store, context.Graph);
        var artifacts = new SortedDictionary<string, Artifact>(StringComparer.Ordinal);
        foreach (ComparableRun run in runs)
        {
            Collect(store, run.Evaluate, artifacts);
        }

        return new ReportInput
        {
            Title = settings.Title ?? settings.Name,
            Subject = settings.Run.Title,
            Metric = $"recall@{settings.Evaluate.HeadlineCutoff()}",
            Columns = Columns(settings.Evaluate),
            Datasets = [Dataset(settings, store, runs)],
            Runs = Runs(store, [.. runs.Where(run => !run.IsGridPoint)], settings),
            Sweeps = [.. ReportSweeps.Find(settings, store, context.Graph, runs).Select(sweep => sweep.Of(settings.Name))],
            Artifacts = [.. artifacts.Values.Select(Describe)],
            Seed = settings.Seeds[0],
            Colophon = $"CRANE Pipeline {ArtifactStore.ToolVersion}",
        };
    }

    private static void Collect(ArtifactStore store, Artifact artifact, SortedDictionary<string, Artifact> into)
    {
        if (into.TryAdd($"{artifact.Manifest.Stage}/{artifact.Key}", artifact))
        {
            foreach (ArtifactInput input in artifact.Manifest.Inputs)
            {
                if (store.Find(artifact.Manifest.Dataset, input.Name, input.Key) is { } found)
                {
                    Collect(store, found, into);
                }
            }
        }
    }

    /// <summary>The data that runs were trained and scored on.</summary>
    public static ReportDataset Dataset(PipelineSettings settings, ArtifactStore store, IReadOnlyList<ComparableRun> runs)
    {
        Artifact ingest = ComparableRuns.Input(store, runs[0].Evaluate, "ingest")!;
        IReadOnlyDictionary<string, double> split = ComparableRuns.Input(store, runs[0].Evaluate, "split")!.Manifest.Metrics;
        IngestStatistics statistics = JsonFiles.Read<IngestStatistics>(ingest.PathOf(IngestStage.StatisticsFile));
        return new ReportDataset
        {
            Name = settings.Name,
            Users = statistics.Users,
            Items = statistics.Items,
            Interactions = statistics.Interactions,
            TrainInteractions = (long)split["train"],
            ValidInteractions = (long)split["valid"],
            TestInteractions = (long)split["test"],
            Dropped = ReportDropped.Find(statistics),
            Notes = EvaluateStage.LongCutoffs(settings.Evaluate, statistics.Items) is { } note ? [note] : [],
            UserDegrees = Degrees(statistics.UserDegrees),
            ItemDegrees = Degrees(statistics.ItemDegrees),
            Features = ReportFeatures.Find(store, runs),
        };
    }

    /// <summary>Recall and NDCG at the headline's cutoff and the one before it.</summary>
    public static string[] Columns(EvaluateOptions options)
    {
        int headline = options.HeadlineCutoff();
        int[] cutoffs = [.. options.Cutoffs.Where(cutoff => cutoff <= headline).Distinct().Order().TakeLast(2)];
        return [.. cutoffs.Select(cutoff => $"recall@{cutoff}"), .. cutoffs.Select(cutoff => $"ndcg@{cutoff}")];
    }

    private static int[] Degrees(IReadOnlyList<DegreeCount> histogram) =>
        [.. histogram.SelectMany(entry => Enumerable.Repeat(entry.Degree, checked((int)entry.Count)))];

    /// <summary>What came of runs; the first has a picture of its embeddings where that is wanted.</summary>
    public static ReportRun[] Runs(
        ArtifactStore store,
        IReadOnlyList<ComparableRun> runs,
        PipelineSettings settings,
        bool withEmbedding = true
    )
    {
        var parts = new Dictionary<string, EvaluationPart>(StringComparer.Ordinal);
        var reported = new List<ReportRun>(runs.Count);
        foreach (ComparableRun run in runs)
        {
            Artifact split = ComparableRuns.Input(store, run.Evaluate, "split")!;
            if (!parts.TryGetValue(split.Key, out EvaluationPart? part))
            {
                Artifact ingest = ComparableRuns.Input(store, split, "ingest")!;
                parts[split.Key] = part = EvaluateStage.ReadPart(ingest, split, InteractionTables.Test);
            }

            // Only one picture of embeddings: figure 6 of the paper shows one run, too.
            reported.Add(Run(run, part, settings.Evaluate, withEmbedding && reported.Count == 0));
        }

        return [.. reported];
    }

    private static ReportRun Run(ComparableRun run, EvaluationPart part, EvaluateOptions options, bool withEmbedding)
    {
        IReadOnlyDictionary<string, double> trained = run.Train.Manifest.Metrics;
        TrainTiming timing = JsonFiles.Read<TrainTiming>(run.Train.PathOf(TrainTiming.FileName));
        RankedLists lists = EvaluateStage.ReadLists(run.Evaluate, part);
        MetricTable metrics = Metrics.Compute(lists, part, options.Cutoffs);
        return new ReportRun
        {
            Dataset = run.Evaluate.Manifest.Dataset,
            Model = run.Label,
            Ablation = run.IsVariant,
            Seed = run.Seed,
            Metrics = metrics.Means,
            NobodyBecause = part.NobodyBecause,
            Users = metrics.Users,
            PerUser = metrics.PerUser,
            Groups =
            [
                .. Groups.ByUserActivity(metrics, part, options.UserGroupEdges),
                .. Groups.ByItemPopularity(lists, part, options.Cutoffs, options.ItemGroupEdges),
            ],
            History = History(run.Train, timing),
            BestEpoch = (int)trained["bestEpoch"],
            EpochSeconds = trained["epochSeconds"],
            ValidSeconds = trained["validSeconds"],
            TrainSeconds = timing.EpochSeconds.Sum() + timing.ValidSeconds.Sum(),
            PeakMemoryMB = trained["peakMemoryMB"],
            Parameters = trained.TryGetValue(TrainStage.Parameters, out double parameters) ? (long)parameters : null,
            Device = timing.Device,
            ArtifactKey = run.Evaluate.Key,
            Embedding =
                withEmbedding && ScorerTables.Embeddings(run.Train) is { } embeddings
                    ? EmbeddingSample.Draw(
                        embeddings.Users,
                        embeddings.Items,
                        part.Training,
                        SampledUsers,
                        ItemsPerUser,
                        run.Seed
                    )
                    : null,
        };
    }

    private static EpochPoint[] History(Artifact train, TrainTiming timing)
    {
        History table = Tables.History.Read(train.PathOf(TrainStage.HistoryFile));
        double elapsed = 0;
        var points = new EpochPoint[table.Count];
        for (int row = 0; row < points.Length; row++)
        {
            elapsed += timing.EpochSeconds[row] + timing.ValidSeconds[row];
            points[row] = new EpochPoint
            {
                Epoch = table.Epochs[row],
                Seconds = elapsed,
                Loss = table.Losses[row],
                LossParts = table.Parts.ToDictionary(part => part.Name, part => part.Values[row]),
                ValidNdcg20 = table.Ndcg20?[row],
            };
        }

        return points;
    }

    private static ReportArtifact Describe(Artifact artifact) =>
        new()
        {
            Dataset = artifact.Manifest.Dataset,
            Stage = artifact.Manifest.Stage,
            Key = artifact.Key,
            Seconds = artifact.Manifest.Duration.TotalSeconds,
            Finished = artifact.Manifest.End.ToString("u", System.Globalization.CultureInfo.InvariantCulture),
            Inputs = [.. artifact.Manifest.Inputs.Select(input => input.Key)],
            Settings = Flatten(artifact.Manifest.Settings),
        };

    private static SortedDictionary<string, string> Flatten(JsonNode settings)
    {
        var flat = new SortedDictionary<string, string>(StringComparer.Ordinal);
        void Add(string path, JsonNode? node)
        {
            if (node is JsonObject members)
            {
                foreach ((string name, JsonNode? value) in members)
                {
                    Add(path.Length == 0 ? name : $"{path}.{name}", value);
                }
            }
            else
            {
                flat[path] = node?.ToJsonString() ?? "null";
            }
        }

        Add(string.Empty, settings);
        return flat;
    }
}
