using System.Buffers.Binary;
using System.Numerics;

namespace CranePipeline.Storage;

/// <summary>Values of a fixed number of bits, lowest bit first (Parquet format, "Run Length Encoding / Bit-Packing Hybrid").</summary>
internal static class BitPacking
{
    /// <summary>The bits that hold every value from 0 to <paramref name="largest"/>.</summary>
    public static int Width(uint largest) => 32 - BitOperations.LeadingZeroCount(largest);

    /// <summary>Unpacks <paramref name="values"/>.Length values of 0 to 32 bits; the packed bytes must hold them all.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, int width, Span<int> values)
    {
        if (width == 0)
        {
            values.Clear();
            return;
        }
        if (packed.Length < ((long)values.Length * width + 7) / 8)
        {
            throw new CorruptDataException("bit-packed values end early");
        }
        var mask = (1UL << width) - 1;
        long bit = 0;
        var i = 0;
        // Eight bytes at once hold any value of 32 bits at any of the eight bit offsets.
        for (var safe = packed.Length - 8; i < values.Length && bit >> 3 <= safe; i++, bit += width)
        {
            values[i] = (int)((BinaryPrimitives.ReadUInt64LittleEndian(packed[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask);
        }
        for (; i < values.Length; i++, bit += width)
        {
            values[i] = (int)(Tail(packed, bit) & mask);
        }
    }

    /// <summary>Unpacks values of 0 to 64 bits.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, int width, Span<ulong> values)
    {
        if (width == 0)
        {
            values.Clear();
            return;
        }
        if (packed.Length < ((long)values.Length * width + 7) / 8)
        {
            throw new CorruptDataException("bit-packed values end early");
        }
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        long bit = 0;
        var i = 0;
        // Eight bytes at once hold any value of 57 bits at any of the eight bit offsets.
        for (var safe = width <= 57 ? packed.Length - 8 : -1; i < values.Length && bit >> 3 <= safe; i++, bit += width)
        {
            values[i] = (BinaryPrimitives.ReadUInt64LittleEndian(packed[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask;
        }
        for (; i < values.Length; i++, bit += width)
        {
            values[i] = Tail(packed, bit) & mask;
        }
    }

    private static ulong Tail(ReadOnlySpan<byte> packed, long bit)
    {
        var at = (int)(bit >> 3);
        var shift = (int)(bit & 7);
        ulong low = 0;
        var take = Math.Min(8, packed.Length - at);
        for (var b = 0; b < take; b++)
        {
            low |= (ulong)packed[at + b] << (8 * b);
        }
        low >>= shift;
        if (shift > 0 && at + 8 < packed.Length)
        {
            low |= (ulong)packed[at + 8] << (64 - shift);
        }
        return low;
    }

    /// <summary>Packs values of <paramref name="width"/> bits; the number of values is a multiple of eight.</summary>
    public static void Pack(ReadOnlySpan<int> values, int width, ByteBuffer output)
    {
        var size = values.Length / 8 * width;
        // Eight bytes are written at once, the last ones of them over what comes next.
        var room = output.Reserve(size + sizeof(ulong));
        ulong pending = 0;
        var bits = 0;
        var at = 0;
        foreach (var value in values)
        {
            pending |= (ulong)(uint)value << bits;
            bits += width;
            if (bits >= 32)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(room[at..], (uint)pending);
                at += 4;
                pending >>= 32;
                bits -= 32;
            }
        }
        BinaryPrimitives.WriteUInt64LittleEndian(room[at..], pending);
        output.Advance(size);
    }

    /// <summary>Packs values of <paramref name="width"/> bits, 0 to 64; the number of values is a multiple of eight.</summary>
    public static void Pack(ReadOnlySpan<ulong> values, int width, ByteBuffer output)
    {
        if (width == 0)
        {
            return;
        }
        var size = values.Length / 8 * width;
        var room = output.Reserve(size + sizeof(ulong));
        ulong pending = 0;
        var bits = 0;
        var at = 0;
        foreach (var value in values)
        {
            pending |= value << bits;
            bits += width;
            if (bits >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(room[at..], pending);
                at += 8;
                bits -= 64;
                pending = bits == 0 ? 0 : value >> (width - bits);
            }
        }
        BinaryPrimitives.WriteUInt64LittleEndian(room[at..], pending);
        output.Advance(size);
    }
}
