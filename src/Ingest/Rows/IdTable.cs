using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Numbers distinct byte strings in the order of their arrival: an open-addressed table whose memory is asked for some time
/// before it is looked at. At millions of ids every look-up misses the caches, and waiting for one at a time is what costs.
/// </summary>
internal sealed unsafe class IdTable : IIdTable, IDisposable
{
    private const int Group = 32;
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

    /// <summary>Prepares to number an id: asks for the memory that <see cref="Number"/> is going to look at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public IdSlot Ask(ReadOnlySpan<byte> id)
    {
        IdSlot wanted = id.Length <= IdSlot.LongestInside ? IdSlot.Inside(id) : IdSlot.At(HashOutside(id), 0);
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(slots.Pointer + (wanted.Hash & (uint)(slots.Length - 1)));
        }

        return wanted;
    }

    /// <summary>Numbers an id.</summary>
    /// <param name="wanted">What <see cref="Ask"/> gave for it.</param>
    /// <param name="id">The id.</param>
    public int Number(in IdSlot wanted, ReadOnlySpan<byte> id)
    {
        // Four slots share a line of the cache, so a table three quarters full still answers from one line mostly.
        if ((Count + 1) * 4L > slots.Length * 3L)
        {
            Grow();
        }

        return wanted.IsOutside ? FindOutside(wanted.Hash, id) : Find(in wanted);
    }

    /// <summary>Numbers the ids of another table.</summary>
    /// <returns>The number here of every id there.</returns>
    public int[] Intern(IdTable other)
    {
        int[] ids = new int[other.Count];
        IdSlot* wanted = stackalloc IdSlot[Group];
        for (int first = 0; first < ids.Length; first += Group)
        {
            int size = Math.Min(Group, ids.Length - first);
            for (int index = 0; index < size; index++)
            {
                wanted[index] = Ask(other[first + index]);
            }

            for (int index = 0; index < size; index++)
            {
                ids[first + index] = Number(in wanted[index], other[first + index]);
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

    private int Find(in IdSlot wanted)
    {
        IdSlot* table = slots.Pointer;
        uint mask = (uint)slots.Length - 1;
        for (uint at = wanted.Hash & mask; ; at = (at + 1) & mask)
        {
            if (table[at].Holds(in wanted))
            {
                return table[at].Number;
            }

            if (table[at].IsEmpty)
            {
                return Add(table + at, in wanted);
            }
        }
    }

    private int FindOutside(uint hash, ReadOnlySpan<byte> id)
    {
        IdSlot* table = slots.Pointer;
        uint mask = (uint)slots.Length - 1;
        for (uint at = hash & mask; ; at = (at + 1) & mask)
        {
            IdSlot* slot = table + at;
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

            uint at = slot.Hash & mask;
            while (!larger[at].IsEmpty)
            {
                at = (at + 1) & mask;
            }

            larger[at] = slot;
        }

        slots.Dispose();
        slots = grown;
    }
}
