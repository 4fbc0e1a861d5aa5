using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Tables;

/// <summary>
/// Writes Snappy's raw format (google/snappy, "format_description.txt"), straight into the caller's buffer: pages are many, and none is worth
/// an array of its own. Where nothing repeats the search takes longer and longer steps.
/// </summary>
internal static class SnappyEncoder
{
    // Copies refer back at most this far, so that a place takes 16 bits.
    private const int FragmentBytes = 1 << 16;
    private const int TableBits = 14;
    private const int LeastTableBits = 8;

    private const int MostACopy = 64;

    // Copies below these take two bytes, others three.
    private const int ShortLength = 12;
    private const int ShortOffset = 2048;

    // Eight bytes are read at once from up to five behind the place looked at.
    private const int Margin = 16;

    /// <summary>The most bytes that <paramref name="length"/> bytes can become.</summary>
    public static int LargestSize(int length) => checked(32 + length + length / 6);

    public static void Encode(ReadOnlySpan<byte> source, ByteBuffer output)
    {
        var room = output.Reserve(LargestSize(source.Length));
        var used = 0;
        for (var rest = (uint)source.Length; ; rest >>= 7)
        {
            room[used++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                break;
            }
        }
        Span<ushort> table = stackalloc ushort[1 << TableBits];
        while (!source.IsEmpty)
        {
            var fragment = source[..Math.Min(FragmentBytes, source.Length)];
            source = source[fragment.Length..];
            used += Fragment(fragment, room[used..], table);
        }
        output.Advance(used);
    }

    private static int Fragment(ReadOnlySpan<byte> source, Span<byte> room, Span<ushort> places)
    {
        if (source.Length < Margin)
        {
            return Literal(source, room, 0);
        }
        // A table larger than the fragment would only take time to clear.
        var bits = Math.Clamp(BitOperations.Log2((uint)source.Length), LeastTableBits, TableBits);
        places[..(1 << bits)].Clear();
        var shift = 32 - bits;
        // Nothing below is written behind what Encode has made room for, and every read is Margin bytes before the end or checked.
        ref var table = ref MemoryMarshal.GetReference(places);
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(room);
        var last = source.Length - Margin;
        int used = 0,
            written = 0,
            next = 1;
        while (true)
        {
            int at,
                candidate;
            var misses = 32;
            do
            {
                at = next;
                if (at > last)
                {
                    return Literal(source[written..], room, used);
                }
                var step = misses >> 5;
                next += step;
                misses += step;
                candidate = Swap(ref table, Load(ref from, at), at, shift);
            } while (Load(ref from, at) != Load(ref from, candidate));
            var length = at - written;
            if (length <= Margin)
            {
                Unsafe.Add(ref to, used) = (byte)((length - 1) << 2);
                Unsafe.WriteUnaligned(
                    ref Unsafe.Add(ref to, used + 1),
                    Unsafe.ReadUnaligned<Vector128<byte>>(ref Unsafe.Add(ref from, written))
                );
                used += 1 + length;
            }
            else
            {
                used = Literal(source[written..at], room, used);
            }
            do
            {
                length = 4 + Same(source, candidate + 4, at + 4);
                used = Copy(ref to, room, used, at - candidate, length);
                at += length;
                written = at;
                if (at > last)
                {
                    return Literal(source[written..], room, used);
                }
                // The place before makes longer matches likelier; where the next bytes match at once, there is no literal between.
                var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, at - 1));
                Swap(ref table, (uint)word, at - 1, shift);
                candidate = Swap(ref table, (uint)(word >> 8), at, shift);
                next = at + 1;
                if ((uint)(word >> 8) != Load(ref from, candidate))
                {
                    break;
                }
            } while (true);
        }
    }

    /// <summary>Puts a place where its four bytes belong; answers the place that was there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Swap(ref ushort table, uint bytes, int at, int shift)
    {
        ref var place = ref Unsafe.Add(ref table, (bytes * 0x1E35A7BD) >> shift);
        int before = place;
        place = (ushort)at;
        return before;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Load(ref byte from, int at) => Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, at));

    /// <summary>How many bytes are the same at two places, the second being the later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Same(ReadOnlySpan<byte> source, int earlier, int later)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        var begin = later;
        for (; later + sizeof(ulong) <= source.Length; earlier += sizeof(ulong), later += sizeof(ulong))
        {
            var differences =
                Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, earlier))
                ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, later));
            if (differences != 0)
            {
                return later - begin + (BitOperations.TrailingZeroCount(differences) >> 3);
            }
        }
        for (; later < source.Length && source[earlier] == source[later]; later++)
        {
            earlier++;
        }
        return later - begin;
    }

    private static int Literal(ReadOnlySpan<byte> bytes, Span<byte> room, int used)
    {
        const int OneByteMore = 60;
        const int TwoBytesMore = 61;
        if (bytes.IsEmpty)
        {
            return used;
        }
        var length = bytes.Length - 1;
        if (length < OneByteMore)
        {
            room[used++] = (byte)(length << 2);
        }
        else if (length <= byte.MaxValue)
        {
            room[used++] = OneByteMore << 2;
            room[used++] = (byte)length;
        }
        else
        {
            room[used++] = TwoBytesMore << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(room[used..], (ushort)length);
            used += sizeof(ushort);
        }
        bytes.CopyTo(room[used..]);
        return used + bytes.Length;
    }

    /// <summary>Which of the two forms a copy takes cannot be foretold, so nothing branches on it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Copy(ref byte to, Span<byte> room, int used, int offset, int length)
    {
        if (length > MostACopy)
        {
            return LongCopy(room, used, offset, length);
        }
        var isShort = length < ShortLength && offset < ShortOffset;
        var small = (((offset >> 8) << 5) | ((length - 4) << 2) | 1) | ((offset & 0xFF) << 8);
        var large = (((length - 1) << 2) | 2) | (offset << 8);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, used), isShort ? small : large);
        return used + (isShort ? 2 : 3);
    }

    private static int LongCopy(Span<byte> room, int used, int offset, int length)
    {
        while (length > MostACopy)
        {
            // What is left must be four bytes at least, as short copies have no lengths below.
            var part = length < MostACopy + 4 ? MostACopy - 4 : MostACopy;
            length -= part;
            room[used] = (byte)(((part - 1) << 2) | 2);
            BinaryPrimitives.WriteUInt16LittleEndian(room[(used + 1)..], (ushort)offset);
            used += 3;
        }
        return Copy(ref MemoryMarshal.GetReference(room), room, used, offset, length);
    }
}
