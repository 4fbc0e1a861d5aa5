using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Numbers distinct byte strings in the order of their arrival: an open-addressed table whose memory is asked for some time
/// before it is looked at. At millions of ids every look-up misses the caches, and waiting for one at a time is what costs.
/// </summary>
internal sealed unsafe class IdTable : IIdTable, IDisposable
{
    private const int Group = 32;
    private const uint LineSlots = 4;
    private const int PageBits = 16;
    private const int PageIds = 1 << PageBits;
    private readonly IdPages outside = new();
    private readonly List<NativeBuffer<IdSlot>> byNumber = [];
    private NativeBuffer<IdSlot> slots = NewSlots(2048);

    /// <summary>How many distinct ids there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of an id.</summary>
    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            IdSlot* slot = Slot(id);
            return slot->IsOutside ? outside[slot->Position] : new ReadOnlySpan<byte>(slot, slot->Length);
        }
    }

    /// <summary>What is to be looked for to number an id, and the id's hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IdSlot SlotOf(ReadOnlySpan<byte> id, out uint hash)
    {
        IdSlot slot = id.Length <= IdSlot.LongestInside ? IdSlot.Inside(id) : IdSlot.At(HashOutside(id), 0);
        hash = slot.Hash;
        return slot;
    }

    /// <summary>
    /// Asks for the memory that <see cref="Number"/> is going to look at, at once or within some dozen ids. Nothing stands between one
    /// request and the next, so that many are under way at once.
    /// </summary>
    public void Prefetch(ReadOnlySpan<uint> hashes)
    {
        if (Sse.IsSupported)
        {
            IdSlot* table = slots.Pointer;
            uint mask = (uint)slots.Length - 1;
            foreach (uint hash in hashes)
            {
                Sse.Prefetch0(table + (hash & mask));
            }
        }
    }

    /// <summary>Numbers an id.</summary>
    /// <param name="wanted">What <see cref="SlotOf"/> gave for it.</param>
    /// <param name="hash">Likewise.</param>
    /// <param name="id">The id.</param>
    public int Number(in IdSlot wanted, uint hash, ReadOnlySpan<byte> id)
    {
        // The ids that are met most come early and find their lines empty, so a nearly full table still answers from one line mostly.
        if ((Count + 1) * 8L > slots.Length * 7L)
        {
            Grow();
        }

        return wanted.IsOutside ? FindOutside(hash, id) : Find(in wanted, hash);
    }

    /// <summary>Numbers the ids of another table.</summary>
    /// <returns>The number here of every id there.</returns>
    public int[] Intern(IdTable other)
    {
        int[] ids = new int[other.Count];
        IdSlot* wanted = stackalloc IdSlot[Group];
        uint* hashes = stackalloc uint[Group];
        for (int first = 0; first < ids.Length; first += Group)
        {
            int size = Math.Min(Group, ids.Length - first);
            for (int index = 0; index < size; index++)
            {
                wanted[index] = SlotOf(other[first + index], out hashes[index]);
            }

            Prefetch(new ReadOnlySpan<uint>(hashes, size));
            for (int index = 0; index < size; index++)
            {
                ids[first + index] = Number(in wanted[index], hashes[index], other[first + index]);
            }
        }

        return ids;
    }

    /// <summary>Asks for the bytes of an id that will be looked at soon.</summary>
    public void Prefetch(int id)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Slot(id));
        }
    }

    /// <summary>Frees the table; ids taken from it must not be looked at any more.</summary>
    public void Dispose()
    {
        slots.Dispose();
        outside.Dispose();
        byNumber.ForEach(page => page.Dispose());
        byNumber.Clear();
    }

    private static NativeBuffer<IdSlot> NewSlots(int count)
    {
        NativeBuffer<IdSlot> empty = new(count);
        empty.Span.Clear();
        return empty;
    }

    /// <summary>Multiplications of 64 bits to 128, folded.</summary>
    private static uint HashOutside(ReadOnlySpan<byte> key)
    {
        ulong low = 0x9E3779B97F4A7C15 ^ (ulong)key.Length;
        ulong high = 0xC2B2AE3D27D4EB4F;
        ReadOnlySpan<byte> rest = key;
        for (; rest.Length > 16; rest = rest[16..])
        {
            low = Mix(
                low ^ BinaryPrimitives.ReadUInt64LittleEndian(rest),
                high ^ BinaryPrimitives.ReadUInt64LittleEndian(rest[8..])
            );
        }

        // The last sixteen bytes, of which some may have been read before; a key that is outside has twelve at least.
        ReadOnlySpan<byte> end = key[Math.Max(0, key.Length - 16)..];
        ulong mixed = Mix(
            Mix(low ^ BinaryPrimitives.ReadUInt64LittleEndian(end), high ^ BinaryPrimitives.ReadUInt64LittleEndian(end[^8..])),
            0x165667B19E3779F9
        );
        return (uint)(mixed ^ (mixed >> 32));
    }

    private static ulong Mix(ulong left, ulong right)
    {
        ulong top = Math.BigMul(left, right, out ulong bottom);
        return top ^ bottom;
    }

    private int Find(in IdSlot wanted, uint hash)
    {
        uint mask = (uint)slots.Length - 1;
        for (uint step = 0, home = hash & mask; ; step++)
        {
            IdSlot* slot = slots.Pointer + Place(home, step, mask);
            if (slot->Holds(in wanted))
            {
                return slot->Number;
            }

            if (slot->IsEmpty)
            {
                return Add(slot, in wanted);
            }
        }
    }

    private int FindOutside(uint hash, ReadOnlySpan<byte> id)
    {
        uint mask = (uint)slots.Length - 1;
        for (uint step = 0, home = hash & mask; ; step++)
        {
            IdSlot* slot = slots.Pointer + Place(home, step, mask);
            if (slot->IsEmpty)
            {
                return Add(slot, IdSlot.At(hash, outside.Store(id)));
            }

            if (slot->IsOutside && slot->Hash == hash && outside[slot->Position].SequenceEqual(id))
            {
                return slot->Number;
            }
        }
    }

    /// <summary>
    /// Where an id lies that others keep from its place: first anywhere in the same line of the cache, then in the lines that follow.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Place(uint home, uint step, uint mask) =>
        ((home & ~(LineSlots - 1)) + (step & ~(LineSlots - 1)) & mask) | (home + step & (LineSlots - 1));

    private int Add(IdSlot* slot, in IdSlot wanted)
    {
        if (Count == byNumber.Count << PageBits)
        {
            byNumber.Add(new NativeBuffer<IdSlot>(PageIds));
        }

        *slot = wanted.Numbered(Count);
        *Slot(Count) = *slot;
        return Count++;
    }

    private IdSlot* Slot(int id) => byNumber[id >> PageBits].Pointer + (id & (PageIds - 1));

    private void Grow()
    {
        NativeBuffer<IdSlot> grown = NewSlots(slots.Length * 2);
        IdSlot* larger = grown.Pointer;
        uint mask = (uint)grown.Length - 1;
        foreach (ref IdSlot slot in slots.Span)
        {
            if (slot.IsEmpty)
            {
                continue;
            }

            IdSlot* free = larger + (slot.Hash & mask);
            for (uint step = 1; !free->IsEmpty; step++)
            {
                free = larger + Place(slot.Hash & mask, step, mask);
            }

            *free = slot;
        }

        slots.Dispose();
        slots = grown;
    }
}
