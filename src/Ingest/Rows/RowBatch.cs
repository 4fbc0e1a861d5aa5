namespace CranePipeline.Ingest.Rows;

/// <summary>Parsed rows whose ids still lie as bytes in <see cref="Keys"/>; reused from chunk to chunk.</summary>
internal sealed class RowBatch
{
    private int capacity = 4096;

    /// <summary>Where the ids lie.</summary>
    public byte[] Keys { get; set; } = [];

    public int Count { get; private set; }

    public int[] UserStart { get; private set; } = new int[4096];

    public int[] UserLength { get; private set; } = new int[4096];

    public int[] ItemStart { get; private set; } = new int[4096];

    public int[] ItemLength { get; private set; } = new int[4096];

    /// <summary>Ratings; NaN where a row has none.</summary>
    public float[] Ratings { get; private set; } = new float[4096];

    /// <summary>Milliseconds since 1970, or <see cref="IngestResult.NoTimestamp"/>.</summary>
    public long[] Timestamps { get; private set; } = new long[4096];

    public byte[] Labels { get; private set; } = new byte[4096];

    /// <summary>Interned items, filled by the sink.</summary>
    public int[] Items { get; private set; } = new int[4096];

    public void Clear() => Count = 0;

    public void Add(in Row row)
    {
        if (Count == capacity)
        {
            Grow();
        }

        int at = Count++;
        UserStart[at] = row.UserStart;
        UserLength[at] = row.UserLength;
        ItemStart[at] = row.ItemStart;
        ItemLength[at] = row.ItemLength;
        Ratings[at] = row.Rating;
        Timestamps[at] = row.Timestamp;
        Labels[at] = row.Label;
    }

    private void Grow()
    {
        capacity *= 2;
        UserStart = Larger(UserStart);
        UserLength = Larger(UserLength);
        ItemStart = Larger(ItemStart);
        ItemLength = Larger(ItemLength);
        Ratings = Larger(Ratings);
        Timestamps = Larger(Timestamps);
        Labels = Larger(Labels);
        Items = new int[capacity];
    }

    private T[] Larger<T>(T[] values)
    {
        Array.Resize(ref values, capacity);
        return values;
    }
}
