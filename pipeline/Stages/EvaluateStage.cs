using CranePipeline.Configuration;
using CranePipeline.Evaluation;
using CranePipeline.Storage;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>Ranks all items for every user of the test part and scores the lists.</summary>
internal sealed class EvaluateStage : Stage
{
    public const string MetricsFile = "metrics.json";
    public const string RanksFile = "ranks.parquet";
    public const string RecommendationsFile = "recommendations.parquet";
    public const string GroupsFile = "groups.json";
    public const string UserMetricsFile = "user_metrics.parquet";

    public override string Name => "evaluate";

    public override int Version => 1;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["train", "split", "ingest"];

    public override object Settings(PipelineSettings settings, long seed) => settings.Evaluate;

    public override void Make(StageContext context)
    {
        EvaluateOptions options = context.Settings.Evaluate;
        int userCount = checked((int)context.Inputs["ingest"].Manifest.Metrics["users"]);
        int itemCount = checked((int)context.Inputs["ingest"].Manifest.Metrics["items"]);
        CsrMatrix Read(string name) => InteractionTables.ReadMatrix(context.Inputs["split"], name, userCount, itemCount);
        CsrMatrix training = Read(InteractionTables.Train);
        Matrix users = Embeddings.Read(context.Inputs["train"], Embeddings.Users);
        Matrix items = Embeddings.Read(context.Inputs["train"], Embeddings.Items);
        using IEngine engine = context.Environment.CreateEngine();
        int length = Math.Max(options.TopK, options.Cutoffs.Max());

        MetricTable Score(EvaluationPart part, out RankedLists lists)
        {
            lists = Ranking.TopItems(
                engine,
                users,
                items,
                part,
                length,
                context.Environment.Progress,
                context.Environment.Cancellation
            );
            return Metrics.Compute(lists, part, options.Cutoffs);
        }

        MetricTable valid = Score(EvaluationPart.Create(training, Read(InteractionTables.Valid)), out _);
        EvaluationPart part = EvaluationPart.Create(training, Read(InteractionTables.Test));
        MetricTable test = Score(part, out RankedLists lists);

        foreach ((string metric, double value) in test.Means)
        {
            context.Staging.Record(metric, value);
        }

        context.Staging.Record("users", part.Users.Length);
        context.Staging.WriteText(MetricsFile, JsonFiles.Text(new { test = test.Means, valid = valid.Means }));
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
        context.Staging.WriteTable(
            RanksFile,
            new Table([
                new Int32Column(InteractionTables.User, ranks.Users),
                new Int32Column(InteractionTables.Item, ranks.Items),
                new Int32Column("rank", ranks.Ranks),
            ])
        );
        context.Staging.WriteTable(RecommendationsFile, Recommendations(lists));
        context.Staging.WriteTable(UserMetricsFile, UserMetrics(test));
        context.Summary = FormattableString.Invariant(
            $"test recall@20 {test.Means.GetValueOrDefault("recall@20"):F4}, ndcg@20 {test.Means.GetValueOrDefault("ndcg@20"):F4}"
        );
    }

    /// <summary>The metrics of each scored user: what significance tests across users are computed from.</summary>
    private static Table UserMetrics(MetricTable metrics) =>
        new([
            new Int32Column(InteractionTables.User, metrics.Users),
            .. metrics.PerUser.Select(pair => new FloatColumn(pair.Key, Array.ConvertAll(pair.Value, value => (float)value))),
        ]);

    private static Table Recommendations(RankedLists lists)
    {
        var users = new List<int>(lists.Items.Length);
        var items = new List<int>(lists.Items.Length);
        var ranks = new List<int>(lists.Items.Length);
        for (int place = 0; place < lists.Items.Length; place++)
        {
            if (lists.Items[place] >= 0)
            {
                users.Add(lists.Users[place / lists.K]);
                items.Add(lists.Items[place]);
                ranks.Add((place % lists.K) + 1);
            }
        }

        return new Table([
            new Int32Column(InteractionTables.User, [.. users]),
            new Int32Column(InteractionTables.Item, [.. items]),
            new Int32Column("rank", [.. ranks]),
        ]);
    }
}
