using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Judged rows with copies of their ids: as many as are looked up together, and so few that they stay in the nearest cache.
/// </summary>
internal sealed class RowBatch
{
    /// <summary>How many rows there may be.</summary>
    public const int Rows = 64;

    private readonly int[] userStarts = new int[Rows];
    private readonly int[] itemStarts = new int[Rows + 1];
    private byte[] text = new byte[Rows * 64];

    public int Count { get; private set; }

    public bool IsFull => Count == Rows;

    /// <summary>The rows, all of item 0.</summary>
    public Entry[] Entries { get; } = new Entry[Rows];

    /// <summary>What the items' table is asked for.</summary>
    public IdSlot[] Items { get; } = new IdSlot[Rows];

    /// <summary>The items' hashes.</summary>
    public uint[] ItemHashes { get; } = new uint[Rows];

    public void Clear() => Count = 0;

    public ReadOnlySpan<byte> UserOf(int row) => text.AsSpan(userStarts[row]..itemStarts[row]);

    public ReadOnlySpan<byte> ItemOf(int row) =>
        text.AsSpan(itemStarts[row]..(row + 1 < Count ? userStarts[row + 1] : itemStarts[Rows]));

    /// <summary>The key of a user whose id fits one.</summary>
    public UserKey KeyOf(int row) => UserKey.Inside(text, userStarts[row], itemStarts[row] - userStarts[row]);

    public void Add(in RawRow row)
    {
        int at = Count++;
        int start = at == 0 ? 0 : itemStarts[Rows];
        int end = start + row.User.Length + row.Item.Length;
        if (end > text.Length)
        {
            Array.Resize(ref text, 2 * end);
        }

        userStarts[at] = start;
        itemStarts[at] = start + row.User.Length;
        itemStarts[Rows] = end;
        row.User.CopyTo(text.AsSpan(start));
        row.Item.CopyTo(text.AsSpan(itemStarts[at]));
        Items[at] = IdTable.SlotOf(row.Item, out ItemHashes[at]);
        Entries[at] = new Entry(0, row.Rating, row.Timestamp, row.Label);
    }
}
