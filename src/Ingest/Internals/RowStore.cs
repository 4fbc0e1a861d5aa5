namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Rows of one file that one worker has read, sorted into parts by their users, so that what is looked up about the users of a part
/// fits the caches. A part's rows lie in blocks that never move.
/// </summary>
internal sealed unsafe class RowStore(IdTable items, BlockPool pool) : IDisposable
{
    /// <summary>How many parts there are.</summary>
    public const int Parts = 1 << PartBits;

    private const int PartBits = 9;
    private const int FirstRows = 8;
    private readonly Part[] parts = new Part[Parts];

    /// <summary>Has numbered the rows' items.</summary>
    public IdTable Items { get; } = items;

    /// <summary>How many rows there are.</summary>
    public long Count => Enumerable.Range(0, Parts).Sum(part => (long)CountOf(part));

    private static int BlockRows => BlockPool.BlockBytes / sizeof(UserRow);

    /// <summary>The part of a user.</summary>
    public static int PartOf(in UserKey user) => (int)(user.Hash >> (64 - PartBits));

    /// <summary>How many rows a part has.</summary>
    public int CountOf(int part) => (parts[part].Full?.Count ?? 0) * BlockRows + parts[part].Used;

    /// <summary>How many blocks a part has.</summary>
    public int BlocksOf(int part) => (parts[part].Full?.Count ?? 0) + 1;

    /// <summary>The rows of one of a part's blocks.</summary>
    public ReadOnlySpan<UserRow> Rows(int part, int block) =>
        block < BlocksOf(part) - 1
            ? new ReadOnlySpan<UserRow>((void*)parts[part].Full![block], BlockRows)
            : new ReadOnlySpan<UserRow>(parts[part].Last, parts[part].Used);

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
        ref Part own = ref parts[part];
        own.Full?.ForEach(block => pool.Return((void*)block));
        if (own.Capacity == BlockRows)
        {
            pool.Return(own.Last);
        }

        own.First?.Dispose();
        own = default;
    }

    /// <summary>Forgets all rows.</summary>
    public void Dispose()
    {
        for (int part = 0; part < Parts; part++)
        {
            Release(part);
        }
    }

    /// <summary>Makes room: a few rows at first, as many files of few rows have many parts as well; then whole blocks.</summary>
    private void Extend(ref Part part)
    {
        if (part.Capacity == 0)
        {
            part.First = new NativeBuffer<UserRow>(FirstRows);
            part.Last = part.First.Pointer;
            part.Capacity = FirstRows;
            return;
        }

        UserRow* block = (UserRow*)pool.Take();
        if (part.Capacity == BlockRows)
        {
            (part.Full ??= []).Add((nint)part.Last);
            part.Used = 0;
        }
        else
        {
            part.First!.Span.CopyTo(new Span<UserRow>(block, FirstRows));
            part.First.Dispose();
            part.First = null;
        }

        part.Last = block;
        part.Capacity = BlockRows;
    }

    private struct Part
    {
        /// <summary>The block that is being filled, or the first few rows.</summary>
        public UserRow* Last;
        public int Used;
        public int Capacity;
        public NativeBuffer<UserRow>? First;
        public List<nint>? Full;
    }
}
