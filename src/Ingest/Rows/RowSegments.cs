using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Rows in parts by their users. They lie in segments that grow up to a block of the pool, and never move.
/// </summary>
internal sealed unsafe class RowSegments<T>(BlockPool pool) : IDisposable
    where T : unmanaged, IUserRow
{
    private const int FirstSegment = 16;
    private const int Growth = 16;
    private const int SlabRows = FirstSegment * RowStore.Parts;

    // Rows are written to many places in turn, so the processor does not foresee where the next lines go.
    private const int Ahead = 4;
    private readonly List<NativeBuffer<T>> slabs = [];
    private readonly Segment[] open = new Segment[RowStore.Parts];
    private readonly List<Segment>[] full = [.. Enumerable.Range(0, RowStore.Parts).Select(_ => new List<Segment>())];
    private int slabUsed = SlabRows;

    private static int BlockRows => BlockPool.BlockBytes / sizeof(T);

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
    public ReadOnlySpan<T> Rows(int part, int segment) => segment < full[part].Count ? full[part][segment].Rows : open[part].Rows;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int part, in T row)
    {
        if (open[part].Count == open[part].Capacity)
        {
            Extend(part);
        }

        ref Segment segment = ref open[part];
        T* target = segment.Start + segment.Count++;
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(target + Ahead);
        }

        *target = row;
    }

    /// <summary>Forgets a part's rows.</summary>
    public void Release(int part)
    {
        full[part].Add(open[part]);
        foreach (Segment segment in full[part])
        {
            if (segment.Block is { } block)
            {
                pool.Return(block);
            }
        }

        full[part].Clear();
        open[part] = default;
    }

    /// <summary>Forgets all rows.</summary>
    public void Dispose()
    {
        for (int part = 0; part < RowStore.Parts; part++)
        {
            Release(part);
        }

        slabs.ForEach(slab => slab.Dispose());
        slabs.Clear();
        slabUsed = SlabRows;
    }

    private void Extend(int part)
    {
        int capacity = FirstSegment;
        if (open[part].Capacity > 0)
        {
            full[part].Add(open[part]);
            capacity = Math.Min(BlockRows, Growth * open[part].Capacity);
        }

        if (capacity == BlockRows)
        {
            BlockPool.Block block = pool.Take();
            open[part] = new Segment
            {
                Start = (T*)block.Start,
                Capacity = capacity,
                Block = block,
            };
            return;
        }

        if (slabUsed + capacity > SlabRows)
        {
            slabs.Add(new NativeBuffer<T>(SlabRows));
            slabUsed = 0;
        }

        open[part] = new Segment { Start = slabs[^1].Pointer + slabUsed, Capacity = capacity };
        slabUsed += capacity;
    }

    private struct Segment
    {
        public T* Start;
        public int Count;
        public int Capacity;

        /// <summary>Whose memory it is, or null where it is a slab's.</summary>
        public BlockPool.Block? Block;

        public readonly ReadOnlySpan<T> Rows => new(Start, Count);
    }
}
