namespace CranePipeline.Ingest.Rows;

/// <summary>Rows of one file in no particular order, with items interned.</summary>
internal sealed class RowBlock(int capacity) : IDisposable
{
    private readonly NativeBuffer<UserRow> rows = new(capacity);
    private readonly int[] partitions = new int[UserRow.Partitions];

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<UserRow> Rows => rows.Span[..Count];

    /// <summary>How many of the rows belong to each part of the users.</summary>
    public ReadOnlySpan<int> Partitions => partitions;

    /// <summary>Whether so many more rows fit.</summary>
    public bool HasRoom(int more) => Count + more <= rows.Length;

    public void Add(in UserKey user, in Entry entry)
    {
        rows.Span[Count++] = new UserRow { User = user, Entry = entry };
        partitions[UserRow.PartitionOf(user.Hash)]++;
    }

    public void Dispose() => rows.Dispose();
}
