using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>Ranks all items for every user of the test part and scores the lists.</summary>
internal sealed class EvaluateStage : Stage
{
    public const string MetricsFile = "metrics.json";
    public const string RanksFile = "ranks.parquet";
    public const string RecommendationsFile = "recommendations.parquet";
    public const string GroupsFile = "groups.json";

    /// <summary>
    /// The manifest's figure of how many places a list of <see cref="RecommendationsFile"/> has; it stores only those taken.
    /// </summary>
    public override string Name => "evaluate";

    public override int Version => 2;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["train", "split", "ingest"];

    public override object Settings(PipelineSettings settings, long seed) => settings.Evaluate;

    public override void Make(StageContext context)
    {
        EvaluateOptions options = context.Settings.Evaluate;
        EvaluationPart ReadPart(string name) => EvaluateStage.ReadPart(context.Inputs["ingest"], context.Inputs["split"], name);
        EvaluationPart validPart = ReadPart(InteractionTables.Valid);
        Scorer scorer = ScorerTables.Read(context.Inputs["train"], () => validPart.Training);
        using IEngine engine = context.Environment.CreateEngine();
        int length = options.ListLength(scorer.ItemCount);
        TellCutoffs(context, scorer.ItemCount);

        MetricTable Score(EvaluationPart part, out RankedLists lists)
        {
            lists = Ranking.TopItems(
                engine,
                scorer,
                part,
                length,
                context.Environment.Progress,
                context.Environment.Cancellation
            );
            return Metrics.Compute(lists, part, options.Cutoffs);
        }

        MetricTable valid = Score(validPart, out _);
        EvaluationPart part = ReadPart(InteractionTables.Test);
        MetricTable test = Score(part, out RankedLists lists);

        foreach ((string metric, double value) in test.Means)
        {
            context.Staging.Record(metric, value);
        }

        context.Staging.Record("users", part.Users.Length);
        context.Staging.WriteText(
            MetricsFile,
            JsonFiles.Text(
                new
                {
                    Test = Values(test),
                    Valid = Values(valid),
                    NobodyToTest = part.NobodyBecause,
                    NobodyToValidate = validPart.NobodyBecause,
                }
            )
        );
        context.Staging.WriteText(
            GroupsFile,
            JsonFiles.Text(
                new
                {
                    users = Groups.ByUserActivity(test, part, options.UserGroupEdges),
                    items = Groups.ByItemPopularity(lists, part, options.Cutoffs, options.ItemGroupEdges),
                }
            )
        );
        HitRanks ranks = HitRanks.Find(lists, part);
        context.Staging.WriteTable(RanksFile, new Ranks(ranks.Users, ranks.Items, ranks.Ranks).Write);
        context.Staging.WriteTable(RecommendationsFile, Recommendations.OfLists(lists.Users, lists.K, lists.Items).Write);
        string Shown(string metric) =>
            FormattableString.Invariant(
                $"{metric}@{options.HeadlineCutoff()} {test.Means[$"{metric}@{options.HeadlineCutoff()}"]:F4}"
            );
        context.Summary = part.NobodyBecause is { } reason
            ? $"no user to score on the test part, so that metrics are absent: {reason}"
            : $"test {Shown("recall")}, {Shown("ndcg")}";
    }

    /// <summary>What to say of cutoffs that exceed the number of items, or null where none does.</summary>
    public static string? LongCutoffs(EvaluateOptions options, int itemCount) =>
        options.CutoffsAbove(itemCount) is { Count: > 0 } above
            ? $"there are only {itemCount} items, so that lists end there and metrics "
                + $"at {string.Join(", ", above)} are those of whole lists (evaluate.cutoffs)"
            : null;

    /// <summary>Every metric by name; null where it has no value.</summary>
    public static Dictionary<string, double?> Values(MetricTable metrics) =>
        metrics.Names.ToDictionary(
            name => name,
            name => metrics.Means.TryGetValue(name, out double value) ? value : (double?)null
        );

    private static void TellCutoffs(StageContext context, int itemCount)
    {
        // Once for all seeds, which have the same items.
        if (context.Seed == context.Settings.Seeds[0] && LongCutoffs(context.Settings.Evaluate, itemCount) is { } message)
        {
            context.Environment.Display.Warning(message);
        }
    }

    /// <summary>One part of a split, ready to be scored.</summary>
    public static EvaluationPart ReadPart(Artifact ingest, Artifact split, string name)
    {
        int userCount = checked((int)ingest.Manifest.Metrics["users"]);
        int itemCount = checked((int)ingest.Manifest.Metrics["items"]);
        return EvaluationPart.Create(
            InteractionTables.ReadMatrix(split, InteractionTables.Train, userCount, itemCount),
            InteractionTables.ReadMatrix(split, name, userCount, itemCount)
        );
    }

    /// <summary>The lists of an artifact, of exactly a part's users.</summary>
    public static RankedLists ReadLists(Artifact evaluate, EvaluationPart part)
    {
        Recommendations table = Recommendations.Read(evaluate.PathOf(RecommendationsFile));
        return new RankedLists(part.Users, table.K, table.ToLists(part.Users));
    }
}
