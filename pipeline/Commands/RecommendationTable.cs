using CranePipeline.Evaluation;
using CranePipeline.Tables;

namespace CranePipeline.Commands;

/// <summary>One recommended item.</summary>
/// <param name="User">Raw user id.</param>
/// <param name="Rank">Place in the user's list, from 1.</param>
/// <param name="Item">Raw item id.</param>
/// <param name="Score">Inner product of the embeddings; comparable within one user's list.</param>
/// <param name="Cold">Whether the user has no training interaction, so that the list follows from no behaviour.</param>
/// <param name="Title">The item's title, or null.</param>
internal readonly record struct RecommendationRow(string User, int Rank, string Item, float Score, bool Cold, string? Title);

/// <summary>Recommendations in the words of the user's own data: raw ids and titles.</summary>
internal sealed class RecommendationTable
{
    private readonly ScoredLists recommendations;
    private readonly string[] userIds;
    private readonly string[] itemIds;
    private readonly string?[]? titles;
    private readonly Func<int, bool> isCold;

    /// <summary>Joins lists to ids and titles.</summary>
    /// <param name="recommendations">The lists.</param>
    /// <param name="userIds">Raw ids of all users.</param>
    /// <param name="itemIds">Raw ids of all items.</param>
    /// <param name="titles">Titles of all items, or null where the data set has none.</param>
    /// <param name="isCold">Whether a user has no training interaction.</param>
    public RecommendationTable(
        ScoredLists recommendations,
        string[] userIds,
        string[] itemIds,
        string?[]? titles,
        Func<int, bool> isCold
    )
    {
        this.recommendations = recommendations;
        this.userIds = userIds;
        this.itemIds = itemIds;
        this.titles = titles;
        this.isCold = isCold;
    }

    /// <summary>Whether items have titles.</summary>
    public bool HasTitles => titles is not null;

    /// <summary>Users with lists.</summary>
    public int UserCount => recommendations.Lists.Users.Length;

    /// <summary>Of these, users without a training interaction.</summary>
    public int ColdUsers => recommendations.Lists.Users.Count(isCold);

    /// <summary>Every row, user after user, best first; empty places left out.</summary>
    public IEnumerable<RecommendationRow> Rows()
    {
        RankedLists lists = recommendations.Lists;
        for (int position = 0; position < lists.Users.Length; position++)
        {
            int user = lists.Users[position];
            bool cold = isCold(user);
            for (int place = 0; place < lists.K; place++)
            {
                int item = lists.Items[(position * lists.K) + place];
                if (item >= 0)
                {
                    float score = recommendations.Scores[(position * lists.K) + place];
                    yield return new RecommendationRow(userIds[user], place + 1, itemIds[item], score, cold, titles?[item]);
                }
            }
        }
    }

    /// <summary>The same rows as columns.</summary>
    public ExportTable ToExport()
    {
        List<RecommendationRow> rows = [.. Rows()];
        var columns = new List<ExportColumn>
        {
            new TextColumn("user", row => rows[row].User),
            new ValueColumn<int>("rank", [.. rows.Select(row => row.Rank)]),
            new TextColumn("item", row => rows[row].Item),
            new ValueColumn<float>("score", [.. rows.Select(row => row.Score)]),
            new ValueColumn<bool>("cold", [.. rows.Select(row => row.Cold)]),
        };
        if (HasTitles)
        {
            columns.Add(new TextColumn("title", row => rows[row].Title, IsOptional: true));
        }

        return new ExportTable(rows.Count, columns);
    }
}
