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
        for (var i = 0; i < values.Length; i++, bit += width)
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
        ulong pending = 0;
        var bits = 0;
        var room = output.Reserve(values.Length / 8 * width);
        var at = 0;
        foreach (var value in values)
        {
            pending |= (ulong)(uint)value << bits;
            bits += width;
            while (bits >= 8)
            {
                room[at++] = (byte)pending;
                pending >>= 8;
                bits -= 8;
            }
        }
        output.Advance(at);
    }
}
