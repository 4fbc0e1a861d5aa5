namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Parsed rows whose ids still lie as bytes in the buffer they were read from: as many as are looked up together, and so few that they stay in
/// the nearest cache.
/// </summary>
internal sealed class RowBatch
{
    /// <summary>How many rows there may be.</summary>
    public const int Rows = 64;

    public int Count { get; private set; }

    public bool IsFull => Count == Rows;

    public int[] UserStart { get; } = new int[Rows];

    public int[] UserLength { get; } = new int[Rows];

    public int[] ItemStart { get; } = new int[Rows];

    public int[] ItemLength { get; } = new int[Rows];

    /// <summary>What the items' table is asked for.</summary>
    public IdSlot[] Items { get; } = new IdSlot[Rows];

    /// <summary>The items' hashes.</summary>
    public uint[] ItemHashes { get; } = new uint[Rows];

    /// <summary>Ratings; NaN where a row has none.</summary>
    public float[] Ratings { get; } = new float[Rows];

    /// <summary>Milliseconds since 1970, or <see cref="Row.NoTimestamp"/>.</summary>
    public long[] Timestamps { get; } = new long[Rows];

    public byte[] Labels { get; } = new byte[Rows];

    public void Clear() => Count = 0;

    public void Add(in Row row, in IdSlot item, uint itemHash)
    {
        int at = Count++;
        UserStart[at] = row.UserStart;
        UserLength[at] = row.UserLength;
        ItemStart[at] = row.ItemStart;
        ItemLength[at] = row.ItemLength;
        Items[at] = item;
        ItemHashes[at] = itemHash;
        Ratings[at] = row.Rating;
        Timestamps[at] = row.Timestamp;
        Labels[at] = row.Label;
    }
}
