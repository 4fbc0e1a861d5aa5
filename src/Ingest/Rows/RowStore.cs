using System.Runtime.CompilerServices;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Rows of one file that one worker has read, sorted into parts by their users, so that what is looked up about the users of a part will fit the
/// caches. Rows lie in segments that double in size up to a bound, and never move.
/// </summary>
internal sealed unsafe class RowStore(IdTable items) : IDisposable
{
    private const int FirstSegment = 16;
    private const int LargestSegment = 2048;
    private const int LargestSlab = 1 << 18;
    private readonly List<NativeBuffer<UserRow>> slabs = [];
    private readonly Segment[] open = new Segment[UserRow.Partitions];
    private readonly List<Segment>[] full = [.. Enumerable.Range(0, UserRow.Partitions).Select(_ => new List<Segment>())];
    private int slabUsed;

    /// <summary>Has numbered the rows' items.</summary>
    public IdTable Items { get; } = items;

    /// <summary>How many rows there are.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            for (int part = 0; part < UserRow.Partitions; part++)
            {
                count += CountOf(part);
            }

            return count;
        }
    }

    /// <summary>How many rows a part has.</summary>
    public int CountOf(int part)
    {
        int count = open[part].Count;
        foreach (Segment segment in full[part])
        {
            count += segment.Count;
        }

        return count;
    }

    /// <summary>How many segments a part has, an empty one perhaps among them.</summary>
    public int SegmentsOf(int part) => full[part].Count + 1;

    /// <summary>The rows of one of a part's segments.</summary>
    public ReadOnlySpan<UserRow> Rows(int part, int segment) =>
        segment < full[part].Count ? full[part][segment].Rows : open[part].Rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in UserKey user, in Entry entry)
    {
        int part = UserRow.PartitionOf(user.Hash);
        if (open[part].Count == open[part].Capacity)
        {
            Extend(part);
        }

        ref Segment segment = ref open[part];
        UserRow* row = segment.Start + segment.Count++;
        row->User = user;
        row->Entry = entry;
    }

    public void Dispose()
    {
        slabs.ForEach(slab => slab.Dispose());
        slabs.Clear();
    }

    private void Extend(int part)
    {
        int capacity = FirstSegment;
        if (open[part].Capacity > 0)
        {
            full[part].Add(open[part]);
            capacity = Math.Min(LargestSegment, 2 * open[part].Capacity);
        }

        if (slabs.Count == 0 || slabUsed + capacity > slabs[^1].Length)
        {
            int size = slabs.Count == 0 ? FirstSegment * UserRow.Partitions : Math.Min(LargestSlab, 2 * slabs[^1].Length);
            slabs.Add(new NativeBuffer<UserRow>(size));
            slabUsed = 0;
        }

        open[part] = new Segment { Start = slabs[^1].Pointer + slabUsed, Capacity = capacity };
        slabUsed += capacity;
    }

    private struct Segment
    {
        public UserRow* Start;
        public int Count;
        public int Capacity;

        public readonly ReadOnlySpan<UserRow> Rows => new(Start, Count);
    }
}
