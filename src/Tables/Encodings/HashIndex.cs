using System.Runtime.CompilerServices;

namespace CranePipeline.Tables;

/// <summary>Numbers different 64-bit keys in order of first occurrence.</summary>
internal sealed class HashIndex
{
    private ulong[] keys = new ulong[256];
    private int[] slots = new int[1024];

    public int Count { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ulong key, out bool isNew)
    {
        var places = slots;
        var mask = places.Length - 1;
        for (var at = Hash(key) & mask; ; at = (at + 1) & mask)
        {
            var index = places[at] - 1;
            if (index < 0)
            {
                isNew = true;
                return Insert(key, at);
            }
            if (keys[index] == key)
            {
                isNew = false;
                return index;
            }
        }
    }

    private int Insert(ulong key, int at)
    {
        slots[at] = Add(key) + 1;
        if (Count * 2 > slots.Length)
        {
            Grow();
        }
        return Count - 1;
    }

    private static int Hash(ulong key) => (int)((key * 0x9E3779B97F4A7C15) >> 33);

    private int Add(ulong key)
    {
        if (Count == keys.Length)
        {
            Array.Resize(ref keys, keys.Length * 2);
        }
        keys[Count] = key;
        return Count++;
    }

    private void Grow()
    {
        slots = new int[slots.Length * 2];
        var mask = slots.Length - 1;
        for (var index = 0; index < Count; index++)
        {
            var at = Hash(keys[index]) & mask;
            while (slots[at] != 0)
            {
                at = (at + 1) & mask;
            }
            slots[at] = index + 1;
        }
    }
}
