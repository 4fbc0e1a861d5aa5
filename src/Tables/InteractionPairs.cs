using System.Buffers;
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
        int written = 0;
        return Write(
            path,
            Count,
            (users, items) =>
            {
                Users.AsSpan(written, users.Length).CopyTo(users);
                Items.AsSpan(written, items.Length).CopyTo(items);
                written += users.Length;
            }
        );
    }

    /// <summary>Writes interactions that are made a group of rows at a time, and so never held all at once; returns their number.</summary>
    /// <param name="path">Where.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="next">Gives the users and items of as many more as the two spans have room for.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static long Write(string path, int count, Action<Span<int>, Span<int>> next)
    {
        int most = Math.Min(count, TableWriter.PlainGroupRows);
        int[] users = ArrayPool<int>.Shared.Rent(most);
        int[] items = ArrayPool<int>.Shared.Rent(most);
        TableWriter.Write(
            path,
            Schema,
            writer =>
                writer.Groups(
                    count,
                    TableWriter.PlainGroupRows,
                    (_, rows) =>
                    {
                        next(users.AsSpan(0, rows), items.AsSpan(0, rows));
                        writer.Column<int>(User, users.AsMemory(0, rows));
                        writer.Column<int>(Item, items.AsMemory(0, rows));
                    }
                )
        );
        ArrayPool<int>.Shared.Return(users);
        ArrayPool<int>.Shared.Return(items);
        return count;
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
