using Parquet.Schema;

namespace CranePipeline.Tables;

/// <summary>One part of a split, or any other set of interactions of which nothing is asked but who and what.</summary>
/// <remarks>Columns <c>user: int32, item: int32</c>.</remarks>
/// <param name="Users">The user of every interaction, by integer id.</param>
/// <param name="Items">The item of every interaction, by integer id.</param>
public sealed record InteractionPairs(int[] Users, int[] Items)
{
    private static readonly DataField<int> User = new("user");
    private static readonly DataField<int> Item = new("item");
    private static readonly ParquetSchema Schema = new(User, Item);

    /// <summary>Number of interactions.</summary>
    public int Count => Users.Length;

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
                    }
                )
        );
        return Count;
    }

    /// <summary>Reads the table; of <see cref="Interactions"/>, its first two columns.</summary>
    /// <exception cref="InputException">The file is missing, is no such table or cannot be read.</exception>
    public static InteractionPairs Read(string path) =>
        TableReader.Read(
            path,
            "interactions",
            Schema,
            reader => new InteractionPairs(reader.Column<int>(User), reader.Column<int>(Item))
        );
}
