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

    public override string Name => "evaluate";

    public override int Version => 1;

    public override bool PerSeed => true;

    public override IReadOnlyList<string> Inputs(PipelineSettings settings) => ["train", "split", "ingest"];

    public override object Settings(PipelineSettings settings, long seed) => settings.Evaluate;

    public override void Make(StageContext context)
    {
        EvaluateOptions options = context.Settings.Evaluate;
        EvaluationPart ReadPart(string name) => EvaluateStage.ReadPart(context.Inputs["ingest"], context.Inputs["split"], name);
        Matrix users = Embeddings.Read(context.Inputs["train"], Embeddings.Users);
        Matrix items = Embeddings.Read(context.Inputs["train"], Embeddings.Items);
        using IEngine engine = context.Environment.CreateEngine();
        int length = Math.Max(options.TopK, options.Cutoffs.Max());
        if (length > items.Rows)
        {
            context.Environment.Display.Info(
                $"lists of {length} items are asked for and there are {items.Rows}: they end where the items do"
            );
        }

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

        MetricTable valid = Score(ReadPart(InteractionTables.Valid), out _);
        EvaluationPart part = ReadPart(InteractionTables.Test);
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
                new Int32Column(InteractionTables.Rank, ranks.Ranks),
            ])
        );
        context.Staging.WriteTable(RecommendationsFile, Recommendations(lists));
        context.Summary = FormattableString.Invariant(
            $"test recall@20 {test.Means.GetValueOrDefault("recall@20"):F4}, ndcg@20 {test.Means.GetValueOrDefault("ndcg@20"):F4}"
        );
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
        Table table = evaluate.ReadTable(RecommendationsFile);
        int[] users = table.Get<Int32Column>(InteractionTables.User).Values;
        int[] items = table.Get<Int32Column>(InteractionTables.Item).Values;
        int[] ranks = table.Get<Int32Column>(InteractionTables.Rank).Values;
        int length = ranks.Length == 0 ? 1 : ranks.Max();
        var lists = new int[part.Users.Length * length];
        Array.Fill(lists, -1);
        int position = 0;
        for (int row = 0; row < users.Length; row++)
        {
            while (part.Users[position] != users[row])
            {
                position++;
            }

            lists[(position * length) + ranks[row] - 1] = items[row];
        }

        return new RankedLists(part.Users, length, lists);
    }

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
            new Int32Column(InteractionTables.Rank, [.. ranks]),
        ]);
    }
}
