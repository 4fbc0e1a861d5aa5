using System.Globalization;
using CranePipeline.Evaluation;
using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Commands;

/// <summary>
/// The items each user should see: everything the user has interacted with, in any part of the split, is left out. For people who want
/// the recommendations rather than the metrics.
/// </summary>
internal sealed class RecommendCommand : Command
{
    // A screenful; the file has the whole list.
    private const int Shown = 20;

    public override string Name => "recommend";

    public override string Summary => "Write every user's top items with raw ids and titles to a file";

    public override void Run(CommandContext context)
    {
        string path = context.Options.Output ?? $"recommendations-{context.Settings.Name}.csv";
        RecommendationFile.Check(path);
        long seed = context.Settings.Seeds[0];
        StageSession session = context.Session;
        Artifact ingest = session.Ensure("ingest");
        string[] userIds = InteractionTables.ReadUserIds(ingest).Values;
        int[]? users = Chosen(context, userIds);
        Artifact train = session.Ensure("train", seed);
        Artifact split = session.Ensure("split", seed);

        string[] itemIds = InteractionTables.ReadItemIds(ingest).Values;
        string?[]? titles = Titles(context, itemIds);
        CsrMatrix known = InteractionTables.ReadMatrix(ingest, InteractionTables.Interactions, userIds.Length, itemIds.Length);
        bool[] isWarm = new bool[userIds.Length];
        CsrMatrix training = InteractionTables.ReadMatrix(split, InteractionTables.Train, userIds.Length, itemIds.Length);
        for (int user = 0; user < isWarm.Length; user++)
        {
            isWarm[user] = training.RowColumns(user).Length > 0;
        }

        using IEngine engine = context.Environment.CreateEngine();
        ScoredLists lists = Ranking.Recommend(
            engine,
            ScorerTables.Read(train, () => training),
            known,
            users,
            Math.Min(context.Settings.Evaluate.TopK, itemIds.Length),
            context.Environment.Progress,
            context.Environment.Cancellation
        );
        var table = new RecommendationTable(lists, userIds, itemIds, titles, user => !isWarm[user]);
        long rows = RecommendationFile.Write(
            path,
            table,
            context.Settings.Export.NeutralizeFormulas,
            context.Environment.Cancellation
        );
        Tell(context, table, path, rows, seed);
    }

    private static int[]? Chosen(CommandContext context, string[] userIds)
    {
        IReadOnlyList<string> asked = context.Options.Users;
        if (asked.Count == 0)
        {
            return null;
        }

        Dictionary<string, int> users = new RawIds(IdKind.User, userIds).Numbers();
        string[] unknown = [.. asked.Where(id => !users.ContainsKey(id))];
        return unknown.Length == 0
            ? [.. asked.Select(id => users[id])]
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"user {string.Join(", ", unknown.Select(VisibleText.Of))} is not among the {userIds.Length:N0} users "
                        + $"of {context.Settings.Name}, who have raw ids such as "
                        + $"{VisibleText.Of(userIds[0])}; users with too few interactions are left out by ingest"
                )
            );
    }

    /// <summary>
    /// Titles by item where the data set has metadata, whether anything has read these before or not, so that the columns depend on the
    /// settings alone.
    /// </summary>
    private static string?[]? Titles(CommandContext context, string[] itemIds)
    {
        if (context.Settings.Metadata.Count == 0)
        {
            return null;
        }

        if (context.Session.Find("features") is { } features)
        {
            return FeaturesStage.ReadTitles(features);
        }

        try
        {
            return FeaturesStage.ReadTitles(context.Settings, context.Environment, itemIds);
        }
        catch (InputException problem)
        {
            context.Environment.Display.Warning($"titles are left empty: {problem.Message}");
            return new string?[itemIds.Length];
        }
    }

    private static void Tell(CommandContext context, RecommendationTable table, string path, long rows, long seed)
    {
        string full = Path.GetFullPath(path);
        if (context.Options.Json)
        {
            context.Output.Write(
                JsonFiles.Line(
                    new
                    {
                        Dataset = context.Settings.Name,
                        Output = full,
                        Seed = seed,
                        Users = table.UserCount,
                        table.ColdUsers,
                        Rows = rows,
                    }
                )
            );
            return;
        }

        if (context.Options.Users.Count > 0)
        {
            context.Output.Write(Table(table));
        }

        string cold =
            table.ColdUsers == 0
                ? string.Empty
                : Invariant($"; {table.ColdUsers:N0} of them are cold: they have no training interaction");
        context.Output.WriteLine(
            Invariant($"{rows:N0} recommendations for {table.UserCount:N0} users (seed {seed}) are in {full}{cold}")
        );
    }

    private static string Table(RecommendationTable table)
    {
        string[] header = ["user", "rank", "item", "score", .. table.HasTitles ? ["title"] : Array.Empty<string>()];
        List<string[]> rows =
        [
            .. table
                .Rows()
                .Where(row => row.Rank <= Shown)
                .Select(row =>
                    (string[])
                        [
                            VisibleText.Of(row.User) + (row.Cold ? " (cold)" : string.Empty),
                            row.Rank.ToString(CultureInfo.InvariantCulture),
                            VisibleText.Of(row.Item),
                            row.Score.ToString("F4", CultureInfo.InvariantCulture),
                            .. table.HasTitles ? [OneLine(row.Title)] : Array.Empty<string>(),
                        ]
                ),
        ];
        return TextTable.Write(header, rows, column => column is 0 or 2 or 4);
    }

    private static string OneLine(string? title) => VisibleText.Of(title?.ReplaceLineEndings(" ") ?? string.Empty);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
