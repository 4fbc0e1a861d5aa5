using System.Globalization;
using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Ranked items of users: a row a recommended item, a user's best first.</summary>
/// <remarks>Columns <c>user: int32, item: int32, rank: int32</c>; the lists' length K is in the file's metadata as <c>k</c>.</remarks>
/// <param name="Users">The user of every row, ascending.</param>
/// <param name="Items">The recommended item.</param>
/// <param name="Ranks">Its place in the user's list, from 1.</param>
/// <param name="K">Places of every list, though a list may be shorter.</param>
public sealed record Recommendations(int[] Users, int[] Items, int[] Ranks, int K)
{
    private const string Places = "k";
    private static readonly DataField<int> User = new("user");
    private static readonly DataField<int> Item = new("item");
    private static readonly DataField<int> Rank = new("rank");
    private static readonly ParquetSchema Schema = new(User, Item, Rank);

    /// <summary>Number of rows.</summary>
    public int Count => Users.Length;

    /// <summary>The rows of lists.</summary>
    /// <param name="users">The lists' users, ascending.</param>
    /// <param name="k">Places of each list.</param>
    /// <param name="items"><c>[users × k]</c>, best first; −1 in places that nobody holds.</param>
    public static Recommendations OfLists(int[] users, int k, int[] items)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(items);
        int count = items.Length - items.AsSpan().Count(-1);
        var rows = new Recommendations(new int[count], new int[count], new int[count], k);
        int row = 0;
        for (int place = 0; place < items.Length; place++)
        {
            if (items[place] >= 0)
            {
                rows.Users[row] = users[place / k];
                rows.Items[row] = items[place];
                rows.Ranks[row++] = (place % k) + 1;
            }
        }

        return rows;
    }

    /// <summary>The rows as lists, <c>[users × K]</c>, −1 in places that nobody holds.</summary>
    /// <param name="users">The lists' users, ascending; every user of a row is among them.</param>
    public int[] ToLists(int[] users)
    {
        ArgumentNullException.ThrowIfNull(users);
        int[] lists = new int[checked(users.Length * K)];
        Array.Fill(lists, -1);
        int position = 0;
        for (int row = 0; row < Users.Length; row++)
        {
            while (position < users.Length && users[position] != Users[row])
            {
                position++;
            }

            if (position == users.Length || Ranks[row] < 1 || Ranks[row] > K)
            {
                throw new InputException(
                    $"recommendations for user {Users[row]} at rank {Ranks[row]} do "
                        + "not belong to this split; rebuild them with -Stage evaluate -Force"
                );
            }

            lists[(position * K) + Ranks[row] - 1] = Items[row];
        }

        return lists;
    }

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        TableWriter.Write(
            path,
            Schema,
            writer =>
                writer.Groups(
                    Count,
                    TableWriter.PlainGroupRows,
                    (first, rows) =>
                    {
                        writer.Column<int>(User, Users.AsMemory(first, rows));
                        writer.Column<int>(Item, Items.AsMemory(first, rows));
                        writer.Column<int>(Rank, Ranks.AsMemory(first, rows));
                    }
                ),
            new Dictionary<string, string> { [Places] = K.ToString(CultureInfo.InvariantCulture) }
        );
        return Count;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static Recommendations Read(string path) =>
        TableReader.Read(
            path,
            "recommendations",
            Schema,
            reader => new Recommendations(
                reader.Column<int>(User),
                reader.Column<int>(Item),
                reader.Column<int>(Rank),
                reader.Number(Places)
            )
        );
}
