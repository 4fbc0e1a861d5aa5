using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using CranePipeline.Storage;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Numbers distinct byte strings in the order of their arrival. Keys lie one after another in pages, a slot of the open-addressed
/// table is 12 bytes, and look-ups go in groups whose memory is asked for beforehand: at millions of ids every look-up
/// misses the caches, and waiting for one at a time is what costs.
/// </summary>
internal sealed unsafe class IdTable : IIdTable, IDisposable
{
    private const int PageBits = 22;
    private const int PageBytes = 1 << PageBits;
    private const int Group = 32;

    // Keys start at multiples of 4, so that 32 bits address 16 GiB of them.
    private const int AlignBits = 2;
    private readonly List<NativeBuffer<byte>> pages = [];
    private byte*[] pagePointers = new byte*[16];
    private uint[] positions = new uint[1024];
    private NativeBuffer<Slot> slots = NewSlots(2048);
    private int pageUsed = PageBytes;

    /// <summary>How many distinct ids there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of an id.</summary>
    public ReadOnlySpan<byte> this[int id] => Key(positions[id]);

    /// <summary>Numbers <paramref name="count"/> keys that lie in <paramref name="buffer"/>.</summary>
    public void Intern(byte[] buffer, int[] starts, int[] lengths, int[] ids, int count) =>
        Intern(new BufferKeys(buffer, starts, lengths), ids, count);

    /// <summary>Numbers the keys of another table.</summary>
    /// <returns>The number here of every id there.</returns>
    public int[] Intern(IdTable other)
    {
        int[] ids = new int[other.Count];
        Intern(new TableKeys(other), ids, ids.Length);
        return ids;
    }

    private void Intern<TKeys>(TKeys keys, int[] ids, int count)
        where TKeys : struct, IKeys
    {
        Span<uint> hashes = stackalloc uint[Group];
        for (int first = 0; first < count; first += Group)
        {
            int size = Math.Min(Group, count - first);
            Reserve(size);
            Slot* table = slots.Pointer;
            uint mask = (uint)slots.Length - 1;
            for (int index = 0; index < size; index++)
            {
                uint hash = Hash(keys[first + index]);
                hashes[index] = hash;
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(table + (hash & mask));
                }
            }

            if (Sse.IsSupported)
            {
                for (int index = 0; index < size; index++)
                {
                    Slot* slot = table + (hashes[index] & mask);
                    if (slot->Hash == hashes[index] && slot->Number != 0)
                    {
                        Sse.Prefetch0(Pointer(slot->Position));
                    }
                }
            }

            for (int index = 0; index < size; index++)
            {
                ids[first + index] = Find(table, mask, hashes[index], keys[first + index]);
            }
        }
    }

    /// <summary>Asks for the bytes of an id that will be looked at soon.</summary>
    public void Prefetch(int id)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Pointer(positions[id]));
        }
    }

    /// <summary>Numbers one key.</summary>
    public int Intern(ReadOnlySpan<byte> key)
    {
        Reserve(1);
        return Find(slots.Pointer, (uint)slots.Length - 1, Hash(key), key);
    }

    /// <summary>Frees the table; ids taken from it must not be looked at any more.</summary>
    public void Dispose()
    {
        slots.Dispose();
        pages.ForEach(page => page.Dispose());
        pages.Clear();
    }

    private static NativeBuffer<Slot> NewSlots(int count)
    {
        NativeBuffer<Slot> empty = new(count);
        empty.Span.Clear();
        return empty;
    }

    /// <summary>Two multiplications of 64 bits to 128, folded; good for the short ids that ids are.</summary>
    private static uint Hash(ReadOnlySpan<byte> key)
    {
        ulong low = 0x9E3779B97F4A7C15 ^ (ulong)key.Length;
        ulong high = 0xC2B2AE3D27D4EB4F;
        while (key.Length > 16)
        {
            low = Mix(
                low ^ BinaryPrimitives.ReadUInt64LittleEndian(key),
                high ^ BinaryPrimitives.ReadUInt64LittleEndian(key[8..])
            );
            key = key[16..];
        }

        ulong first;
        ulong second;
        if (key.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(key);
            second = BinaryPrimitives.ReadUInt64LittleEndian(key[^8..]);
        }
        else if (key.Length >= 4)
        {
            first = BinaryPrimitives.ReadUInt32LittleEndian(key);
            second = BinaryPrimitives.ReadUInt32LittleEndian(key[^4..]);
        }
        else
        {
            first = 0;
            foreach (byte value in key)
            {
                first = (first << 8) | value;
            }

            second = first;
        }

        ulong mixed = Mix(Mix(low ^ first, high ^ second), 0x165667B19E3779F9);
        return (uint)(mixed ^ (mixed >> 32));
    }

    private static ulong Mix(ulong left, ulong right)
    {
        ulong top = Math.BigMul(left, right, out ulong bottom);
        return top ^ bottom;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(Slot* table, uint mask, uint hash, ReadOnlySpan<byte> key)
    {
        uint at = hash & mask;
        while (true)
        {
            Slot* slot = table + at;
            if (slot->Number == 0)
            {
                uint position = Store(key);
                positions[Count] = position;
                *slot = new Slot
                {
                    Hash = hash,
                    Number = Count + 1,
                    Position = position,
                };
                return Count++;
            }

            if (slot->Hash == hash && Key(slot->Position).SequenceEqual(key))
            {
                return slot->Number - 1;
            }

            at = (at + 1) & mask;
        }
    }

    private ReadOnlySpan<byte> Key(uint position)
    {
        byte* key = Pointer(position);
        return new ReadOnlySpan<byte>(key + 2, *(ushort*)key);
    }

    private byte* Pointer(uint position) =>
        pagePointers[position >> (PageBits - AlignBits)] + ((position << AlignBits) & (PageBytes - 1));

    private uint Store(ReadOnlySpan<byte> key)
    {
        int size = (key.Length + 2 + 3) & ~3;
        if (pageUsed + size > PageBytes)
        {
            AddPage();
        }

        int page = pages.Count - 1;
        byte* target = pagePointers[page] + pageUsed;
        *(ushort*)target = (ushort)key.Length;
        key.CopyTo(new Span<byte>(target + 2, key.Length));
        uint position = (uint)((page << (PageBits - AlignBits)) | (pageUsed >> AlignBits));
        pageUsed += size;
        return position;
    }

    private void AddPage()
    {
        if (pages.Count == 1 << (32 - PageBits + AlignBits))
        {
            throw new InputException("there are more than 16 GiB of distinct ids; split the data set into parts.");
        }

        NativeBuffer<byte> page = new(PageBytes);
        if (pages.Count == pagePointers.Length)
        {
            byte*[] larger = new byte*[pages.Count * 2];
            for (int index = 0; index < pages.Count; index++)
            {
                larger[index] = pagePointers[index];
            }

            pagePointers = larger;
        }

        pagePointers[pages.Count] = page.Pointer;
        pages.Add(page);
        pageUsed = 0;
    }

    private void Reserve(int more)
    {
        if (Count + more > positions.Length)
        {
            Array.Resize(ref positions, positions.Length * 2);
        }

        if ((Count + more) * 3L <= slots.Length * 2L)
        {
            return;
        }

        NativeBuffer<Slot> grown = NewSlots(slots.Length * 2);
        Slot* larger = grown.Pointer;
        uint mask = (uint)grown.Length - 1;
        foreach (ref Slot slot in slots.Span)
        {
            if (slot.Number == 0)
            {
                continue;
            }

            uint at = slot.Hash & mask;
            while (larger[at].Number != 0)
            {
                at = (at + 1) & mask;
            }

            larger[at] = slot;
        }

        slots.Dispose();
        slots = grown;
    }

    private interface IKeys
    {
        ReadOnlySpan<byte> this[int index] { get; }
    }

    private readonly struct BufferKeys(byte[] buffer, int[] starts, int[] lengths) : IKeys
    {
        public ReadOnlySpan<byte> this[int index] => buffer.AsSpan(starts[index], lengths[index]);
    }

    private readonly struct TableKeys(IdTable table) : IKeys
    {
        public ReadOnlySpan<byte> this[int index] => table[index];
    }

    private struct Slot
    {
        public uint Hash;

        /// <summary>The id plus one; 0 is an empty slot.</summary>
        public int Number;

        public uint Position;
    }
}
