using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>Where each positive of each scored user stands: a row a (user, item) pair of the test part.</summary>
/// <remarks>Columns <c>user: int32, item: int32, rank: int32</c>.</remarks>
/// <param name="Users">The user of every row, ascending.</param>
/// <param name="Items">The positive item, ascending within a user.</param>
/// <param name="Places">Its place in the user's list, from 1; 0 where the list does not hold it.</param>
public sealed record Ranks(int[] Users, int[] Items, int[] Places)
{
    private static readonly DataField<int> User = new("user");
    private static readonly DataField<int> Item = new("item");
    private static readonly DataField<int> Rank = new("rank");
    private static readonly ParquetSchema Schema = new(User, Item, Rank);

    /// <summary>Writes the table; returns its rows.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(string path)
    {
        TableWriter.Write(
            path,
            Schema,
            writer =>
                writer.Groups(
                    Users.Length,
                    TableWriter.PlainGroupRows,
                    (first, rows) =>
                    {
                        writer.Column<int>(User, Users.AsMemory(first, rows));
                        writer.Column<int>(Item, Items.AsMemory(first, rows));
                        writer.Column<int>(Rank, Places.AsMemory(first, rows));
                    }
                )
        );
        return Users.Length;
    }

    /// <summary>Reads the table.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static Ranks Read(string path) =>
        TableReader.Read(
            path,
            "ranks",
            Schema,
            reader => new Ranks(reader.Column<int>(User), reader.Column<int>(Item), reader.Column<int>(Rank))
        );
}
