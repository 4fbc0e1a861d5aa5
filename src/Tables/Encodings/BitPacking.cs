using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Tables;

/// <summary>Values of a fixed number of bits, lowest bit first (Parquet format, "Run Length Encoding / Bit-Packing Hybrid").</summary>
internal static class BitPacking
{
    /// <summary>The bits that hold every value from 0 to <paramref name="largest"/>.</summary>
    public static int Width(uint largest) => 32 - BitOperations.LeadingZeroCount(largest);

    /// <summary>Unpacks <paramref name="values"/>.Length values of 0 bits to as many as the type has; the packed bytes must hold them all.</summary>
    /// <typeparam name="T">A type of 32 or 64 bits.</typeparam>
    public static void Unpack<T>(ReadOnlySpan<byte> packed, int width, Span<T> values)
        where T : unmanaged, IBinaryInteger<T>
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
        var mask = ulong.MaxValue >> (64 - width);
        long bit = 0;
        var i = 0;
        // Eight bytes at once hold any value of 57 bits at any of the eight bit offsets.
        var safe = Unsafe.SizeOf<T>() == sizeof(uint) || width <= 57 ? packed.Length - sizeof(ulong) : -1;
        for (; i < values.Length && bit >> 3 <= safe; i++, bit += width)
        {
            values[i] = FromBits<T>(
                (BinaryPrimitives.ReadUInt64LittleEndian(packed[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask
            );
        }
        for (; i < values.Length; i++, bit += width)
        {
            values[i] = FromBits<T>(Tail(packed, bit) & mask);
        }
    }

    /// <summary>Packs values of <paramref name="width"/> bits, 0 to as many as the type has; the number of values is a multiple of eight.</summary>
    /// <typeparam name="T">A type of 32 or 64 bits.</typeparam>
    public static void Pack<T>(ReadOnlySpan<T> values, int width, ByteBuffer output)
        where T : unmanaged, IBinaryInteger<T>
    {
        var size = values.Length / 8 * width;
        // More is written at once than a step has, the last bytes of it over what comes next.
        var room = output.Reserve(size + 2 * sizeof(ulong));
        if (Unsafe.SizeOf<T>() == sizeof(uint) && width is > 0 and <= 16)
        {
            PackNarrow(MemoryMarshal.Cast<T, uint>(values), width, room);
            output.Advance(size);
            return;
        }
        ulong pending = 0;
        var bits = 0;
        var at = 0;
        foreach (var value in values)
        {
            var raw = ToBits(value);
            pending |= raw << bits;
            bits += width;
            if (bits >= 64)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(room[at..], pending);
                at += sizeof(ulong);
                bits -= 64;
                pending = bits == 0 ? 0 : raw >> (width - bits);
            }
        }
        BinaryPrimitives.WriteUInt64LittleEndian(room[at..], pending);
        output.Advance(size);
    }

    /// <summary>Eight values at once, joined two by two: in pairs side by side in a vector, then in fours, of 64 bits at most.</summary>
    private static void PackNarrow(ReadOnlySpan<uint> values, int width, Span<byte> room)
    {
        var low = Vector256.Create((ulong)uint.MaxValue);
        for (var at = 0; !values.IsEmpty; values = values[8..], at += width)
        {
            var two = Vector256.Create(values).AsUInt64();
            two = (two & low) | ((two >> 32) << width);
            var first = two[0] | (two[1] << (2 * width));
            var second = two[2] | (two[3] << (2 * width));
            // In two steps each, since a shift by 64 would be one by nothing.
            first |= second << (2 * width) << (2 * width);
            second = second >> (32 - 2 * width) >> (32 - 2 * width);
            BinaryPrimitives.WriteUInt64LittleEndian(room[at..], first);
            BinaryPrimitives.WriteUInt64LittleEndian(room[(at + sizeof(ulong))..], second);
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

    // A conversion by number would extend the sign.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ToBits<T>(T value)
        where T : unmanaged =>
        Unsafe.SizeOf<T>() == sizeof(uint) ? Unsafe.BitCast<T, uint>(value) : Unsafe.BitCast<T, ulong>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T FromBits<T>(ulong bits)
        where T : unmanaged =>
        Unsafe.SizeOf<T>() == sizeof(uint) ? Unsafe.BitCast<uint, T>((uint)bits) : Unsafe.BitCast<ulong, T>(bits);
}
