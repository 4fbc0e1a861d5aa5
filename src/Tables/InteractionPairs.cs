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
    public long Write(string path) => Write(path, [(Users, Items)]);

    /// <summary>Writes a table that comes in pieces; returns its rows. Its bytes do not depend on how it is cut.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pieces">Users and items of each piece, which is done with before the next is asked for.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static long Write(string path, IEnumerable<(int[] Users, int[] Items)> pieces)
    {
        long rows = 0;
        TableWriter.Write(
            path,
            Schema,
            writer =>
            {
                int[] users = [];
                int[] items = [];
                int waiting = 0;
                void Flush()
                {
                    writer.Group(() =>
                    {
                        writer.Column<int>(User, users.AsMemory(0, waiting));
                        writer.Column<int>(Item, items.AsMemory(0, waiting));
                    });
                    rows += waiting;
                    waiting = 0;
                }

                foreach ((int[] pieceUsers, int[] pieceItems) in pieces)
                {
                    for (int first = 0; first < pieceUsers.Length; )
                    {
                        int taken = Math.Min(pieceUsers.Length - first, TableWriter.PlainGroupRows - waiting);
                        Reserve(ref users, waiting + taken);
                        Reserve(ref items, waiting + taken);
                        pieceUsers.AsSpan(first, taken).CopyTo(users.AsSpan(waiting));
                        pieceItems.AsSpan(first, taken).CopyTo(items.AsSpan(waiting));
                        waiting += taken;
                        first += taken;
                        if (waiting == TableWriter.PlainGroupRows)
                        {
                            Flush();
                        }
                    }
                }

                if (waiting > 0)
                {
                    Flush();
                }
            }
        );
        return rows;
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

    private static void Reserve(ref int[] array, int length)
    {
        if (array.Length < length)
        {
            Array.Resize(ref array, Math.Min(TableWriter.PlainGroupRows, Math.Max(length, 2 * array.Length)));
        }
    }
}
