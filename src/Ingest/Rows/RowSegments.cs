using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Rows in parts by their users. They lie in segments that grow up to a block of the pool, and never move. Many places are written to in turn: rows wait near each other
/// until they fill whole lines of the cache, which then go to memory at once.
/// </summary>
internal sealed unsafe class RowSegments<T>(BlockPool pool) : IDisposable
    where T : unmanaged, IUserRow
{
    private const int Waiting = 8;
    private const int FirstSegment = 2 * Waiting;
    private const int Growth = 16;
    private const int SlabRows = FirstSegment * RowStore.Parts;
    private readonly List<NativeBuffer<T>> slabs = [];
    private readonly int[] waiting = new int[RowStore.Parts];
    private readonly Segment[] open = new Segment[RowStore.Parts];
    private readonly List<Segment>[] full = [.. Enumerable.Range(0, RowStore.Parts).Select(_ => new List<Segment>())];
    private NativeBuffer<T>? near;
    private int slabUsed = SlabRows;

    private static int BlockRows => BlockPool.BlockBytes / (sizeof(T) * Waiting) * Waiting;

    /// <summary>How many rows a part has.</summary>
    public int CountOf(int part)
    {
        int count = open[part].Count + waiting[part];
        foreach (Segment segment in full[part])
        {
            count += segment.Count;
        }

        return count;
    }

    /// <summary>How many segments a part has, empty ones perhaps among them.</summary>
    public int SegmentsOf(int part) => full[part].Count + 2;

    /// <summary>The rows of one of a part's segments.</summary>
    public ReadOnlySpan<T> Rows(int part, int segment) =>
        segment < full[part].Count ? full[part][segment].Rows
        : segment == full[part].Count ? open[part].Rows
        : near is null ? []
        : new ReadOnlySpan<T>(near.Pointer + part * Waiting, waiting[part]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int part, in T row)
    {
        near ??= new NativeBuffer<T>(RowStore.Parts * Waiting);
        int at = waiting[part]++;
        near.Pointer[part * Waiting + at] = row;
        if (at == Waiting - 1)
        {
            Move(part, near.Pointer + part * Waiting);
        }
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
        waiting[part] = 0;
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
        near?.Dispose();
        near = null;
    }

    /// <summary>Moves a part's waiting rows to where they stay, past the caches: they are not looked at again before all are read.</summary>
    private void Move(int part, T* rows)
    {
        if (open[part].Count == open[part].Capacity)
        {
            Extend(part);
        }

        ref Segment segment = ref open[part];
        byte* target = (byte*)(segment.Start + segment.Count);
        for (int at = 0; at < Waiting * sizeof(T); at += Vector256<byte>.Count)
        {
            Vector256.LoadAligned((byte*)rows + at).StoreAlignedNonTemporal(target + at);
        }

        segment.Count += Waiting;
        waiting[part] = 0;
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
