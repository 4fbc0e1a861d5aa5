using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CranePipeline.Storage;

/// <summary>
/// Writes Snappy's raw format (google/snappy, "format_description.txt"), straight into the caller's buffer: pages are many, and the package
/// allocates a new array for each. Where nothing repeats the search takes longer and longer steps.
/// </summary>
internal static class SnappyEncoder
{
    // Copies refer back at most this far, so that a place takes 16 bits.
    private const int FragmentBytes = 1 << 16;
    private const int TableBits = 14;
    private const int LeastTableBits = 8;

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
            return Literal(source, 0, source.Length, room, 0);
        }
        // A table larger than the fragment would only take time to clear.
        var bits = Math.Clamp(BitOperations.Log2((uint)source.Length), LeastTableBits, TableBits);
        places[..(1 << bits)].Clear();
        var shift = 32 - bits;
        ref var table = ref MemoryMarshal.GetReference(places);
        ref var from = ref MemoryMarshal.GetReference(source);
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
                    return Literal(source, written, source.Length, room, used);
                }
                var step = misses >> 5;
                next += step;
                misses += step;
                candidate = Swap(ref table, Load(ref from, at), at, shift);
            } while (Load(ref from, at) != Load(ref from, candidate));
            used = Literal(source, written, at, room, used);
            do
            {
                var length = 4 + Same(source, candidate + 4, at + 4);
                used = Copy(room, used, at - candidate, length);
                at += length;
                written = at;
                if (at > last)
                {
                    return Literal(source, written, source.Length, room, used);
                }
                // The place before makes longer matches likelier; where the next bytes match at once, there is no literal between.
                Swap(ref table, Load(ref from, at - 1), at - 1, shift);
                candidate = Swap(ref table, Load(ref from, at), at, shift);
            } while (Load(ref from, at) == Load(ref from, candidate));
            next = at + 1;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Literal(ReadOnlySpan<byte> source, int start, int end, Span<byte> room, int used)
    {
        var length = end - start;
        if (length is > 0 and <= 16 && source.Length - start >= 16 && room.Length - used >= 17)
        {
            room[used] = (byte)((length - 1) << 2);
            LzCopy.Literals(source, start, room, used + 1, length);
            return used + 1 + length;
        }
        return length == 0 ? used : LongLiteral(source[start..end], room, used);
    }

    private static int LongLiteral(ReadOnlySpan<byte> bytes, Span<byte> room, int used)
    {
        const int OneByteMore = 60;
        const int TwoBytesMore = 61;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Copy(Span<byte> room, int used, int offset, int length)
    {
        if (length < 12 && offset < 2048)
        {
            room[used] = (byte)(((offset >> 8) << 5) | ((length - 4) << 2) | 1);
            room[used + 1] = (byte)offset;
            return used + 2;
        }
        return LongCopy(room, used, offset, length);
    }

    private static int LongCopy(Span<byte> room, int used, int offset, int length)
    {
        const int Most = 64;
        while (length > 0)
        {
            // What is left must be four bytes at least, as short copies have no lengths below.
            var part =
                length <= Most ? length
                : length < Most + 4 ? Most - 4
                : Most;
            length -= part;
            if (part < 12 && offset < 2048)
            {
                return Copy(room, used, offset, part);
            }
            room[used] = (byte)(((part - 1) << 2) | 2);
            BinaryPrimitives.WriteUInt16LittleEndian(room[(used + 1)..], (ushort)offset);
            used += 3;
        }
        return used;
    }
}
