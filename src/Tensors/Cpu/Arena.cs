using System.Runtime.InteropServices;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Large pieces of native memory, cut from slabs: the lowest place that is wide enough is lent, and neighbours that are free join again.
/// So a step whose sizes differ a little from the last one's finds its memory where that one left it, already cleared by the system.
/// </summary>
/// <remarks>Of a slab only what has been lent costs memory, where the system maps pages when they are first written.</remarks>
internal sealed class Arena
{
    private const long Granule = 1 << 16;
    private const long FirstSlab = 64 << 20;

    private readonly List<Slab> slabs = [];

    /// <summary>Bytes up to the highest place that has been lent in each slab.</summary>
    public long HeldBytes => slabs.Sum(static slab => slab.HeldBytes);

    /// <summary>Memory of at least so many bytes, with undefined contents.</summary>
    public NativeBuffer Rent(long bytes)
    {
        bytes = (bytes + Granule - 1) / Granule * Granule;
        foreach (Slab slab in slabs)
        {
            if (slab.TryTake(bytes, out nint address))
            {
                return new NativeBuffer(address, bytes);
            }
        }

        // As large as all before it, so that there are few and most sizes find a place in the last ones.
        Slab added = Added(bytes, Math.Max(bytes, Math.Max(FirstSlab, HeldBytes)));
        slabs.Add(added);
        _ = added.TryTake(bytes, out nint first);
        return new NativeBuffer(first, bytes);
    }

    /// <summary>Takes back what <see cref="Rent"/> gave.</summary>
    public void Return(NativeBuffer buffer) => slabs.Find(slab => slab.Has(buffer.Address))!.Put(buffer.Address, buffer.Bytes);

    /// <summary>Gives what is free back to the system: whole slabs, and where it takes them (Linux) the pages between lent ones.</summary>
    public void Release()
    {
        foreach (Slab slab in slabs.Where(static slab => slab.IsFree))
        {
            slab.Free();
        }

        slabs.RemoveAll(static slab => slab.IsFree);
        slabs.ForEach(static slab => slab.DiscardFree());
    }

    /// <summary>Gives everything back, lent or not.</summary>
    public void Free()
    {
        slabs.ForEach(static slab => slab.Free());
        slabs.Clear();
    }

    private static Slab Added(long least, long most)
    {
        try
        {
            return new Slab(most);
        }
        catch (OutOfMemoryException) when (least < most)
        {
            // A system that counts what is promised, not what is used.
            return new Slab(least);
        }
    }

    private sealed unsafe class Slab
    {
        private readonly nint address;
        private readonly long bytes;

        // Start and length of what is free, in order; no two of them touch.
        private readonly SortedList<long, long> free = [];

        public Slab(long bytes)
        {
            this.bytes = bytes;
            address = (nint)LargePages.Allocate((nuint)bytes);
            free.Add(0, bytes);
        }

        public long HeldBytes { get; private set; }

        public bool IsFree => free.Count == 1 && free.GetValueAtIndex(0) == bytes;

        public bool Has(nint place) => place >= address && place < address + (nint)bytes;

        public bool TryTake(long wanted, out nint place)
        {
            for (int index = 0; index < free.Count; index++)
            {
                (long start, long length) = (free.GetKeyAtIndex(index), free.GetValueAtIndex(index));
                if (length < wanted)
                {
                    continue;
                }

                free.RemoveAt(index);
                if (length > wanted)
                {
                    free.Add(start + wanted, length - wanted);
                }

                HeldBytes = Math.Max(HeldBytes, start + wanted);
                place = address + (nint)start;
                return true;
            }

            place = 0;
            return false;
        }

        public void Put(nint place, long length)
        {
            long start = place - address;
            free.Add(start, length);
            int index = free.IndexOfKey(start);
            if (index + 1 < free.Count && start + length == free.GetKeyAtIndex(index + 1))
            {
                length += free.GetValueAtIndex(index + 1);
                free.RemoveAt(index + 1);
                free.SetValueAtIndex(index, length);
            }

            if (index > 0 && free.GetKeyAtIndex(index - 1) + free.GetValueAtIndex(index - 1) == start)
            {
                free.SetValueAtIndex(index - 1, free.GetValueAtIndex(index - 1) + length);
                free.RemoveAt(index);
            }
        }

        public void DiscardFree()
        {
            foreach ((long start, long length) in free)
            {
                LargePages.Discard((void*)(address + (nint)start), (nuint)length);
                if (start + length == bytes)
                {
                    HeldBytes = start;
                }
            }
        }

        public void Free() => NativeMemory.AlignedFree((void*)address);
    }
}
