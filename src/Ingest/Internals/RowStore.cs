namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Rows of one file that one worker has read, sorted into parts by their users, so that what is looked up about the users of a part fits the
/// caches. A part's rows lie in blocks that never move and are freed part by part; pairs then go into memory of the same size, which the allocator has just got back.
/// </summary>
internal sealed unsafe class RowStore(IdTable items) : IDisposable
{
    /// <summary>How many parts there are.</summary>
    public const int Parts = 1 << PartBits;

    /// <summary>Bytes of a whole block.</summary>
    public const int BlockBytes = 1 << 14;

    private const int PartBits = 9;
    private const int FirstBlockRows = 8;
    private readonly Part[] parts = new Part[Parts];

    /// <summary>Has numbered the rows' items.</summary>
    public IdTable Items { get; } = items;

    /// <summary>How many rows there are.</summary>
    public long Count => Enumerable.Range(0, Parts).Sum(part => (long)CountOf(part));

    /// <summary>The part of a user.</summary>
    public static int PartOf(in UserKey user) => (int)(user.Hash >> (64 - PartBits));

    /// <summary>How many rows a part has.</summary>
    public int CountOf(int part) => parts[part].Full + parts[part].Used;

    /// <summary>How many blocks a part has.</summary>
    public int BlocksOf(int part) => parts[part].Blocks?.Count ?? 0;

    /// <summary>The rows of one of a part's blocks.</summary>
    public ReadOnlySpan<UserRow> Rows(int part, int block)
    {
        NativeBuffer<UserRow> buffer = parts[part].Blocks![block];
        return block == parts[part].Blocks!.Count - 1 ? buffer.Span[..parts[part].Used] : buffer.Span;
    }

    /// <summary>Keeps a row.</summary>
    public void Add(in UserRow row)
    {
        ref Part part = ref parts[PartOf(in row.User)];
        if (part.Used == part.Capacity)
        {
            Extend(ref part);
        }

        part.Last[part.Used++] = row;
    }

    /// <summary>Forgets a part's rows.</summary>
    public void Release(int part)
    {
        parts[part].Blocks?.ForEach(block => block.Dispose());
        parts[part] = default;
    }

    /// <summary>Forgets all rows.</summary>
    public void Dispose()
    {
        for (int part = 0; part < Parts; part++)
        {
            Release(part);
        }
    }

    private static void Extend(ref Part part)
    {
        part.Blocks ??= [];
        part.Full += part.Used;
        // Small at first: many files of few rows have many parts as well.
        part.Capacity = Math.Clamp(part.Capacity * 4, FirstBlockRows, BlockBytes / sizeof(UserRow));
        NativeBuffer<UserRow> block = new(part.Capacity);
        part.Blocks.Add(block);
        part.Last = block.Pointer;
        part.Used = 0;
    }

    private struct Part
    {
        public UserRow* Last;
        public int Used;
        public int Capacity;

        /// <summary>Rows of the blocks before the last.</summary>
        public int Full;
        public List<NativeBuffer<UserRow>>? Blocks;
    }
}
