using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace CranePipeline.Tables;

/// <summary>Puts texts and byte strings one behind the other as PLAIN has them, in rented memory.</summary>
internal static class BytesGatherer
{
    private const int LikelyLength = 16;
    private const int LargestFirst = 1 << 28;

    public static BytesEncoder Text(ReadOnlySpan<string?> values)
    {
        var bytes = Start(values.Length);
        var offsets = ArrayPool<int>.Shared.Rent(values.Length + 1);
        for (var i = 0; i < values.Length; i++)
        {
            offsets[i] = bytes.Length;
            var text = values[i]!;
            var room = bytes.Reserve(BytesEncoder.Prefix + Encoding.UTF8.GetMaxByteCount(text.Length));
            var length = TryShortAscii(text, room[BytesEncoder.Prefix..])
                ? text.Length
                : Encoding.UTF8.GetBytes(text, room[BytesEncoder.Prefix..]);
            BinaryPrimitives.WriteInt32LittleEndian(room, length);
            bytes.Advance(BytesEncoder.Prefix + length);
        }
        return Finish(bytes, offsets, values.Length);
    }

    public static BytesEncoder Bytes(ReadOnlySpan<byte[]?> values)
    {
        var bytes = Start(values.Length);
        var offsets = ArrayPool<int>.Shared.Rent(values.Length + 1);
        for (var i = 0; i < values.Length; i++)
        {
            offsets[i] = bytes.Length;
            bytes.Int32(values[i]!.Length);
            bytes.Bytes(values[i]);
        }
        return Finish(bytes, offsets, values.Length);
    }

    private static ByteBuffer Start(int count) =>
        new((int)Math.Min(LargestFirst, 256 + (long)count * (BytesEncoder.Prefix + LikelyLength)));

    private static BytesEncoder Finish(ByteBuffer bytes, int[] offsets, int count)
    {
        offsets[count] = bytes.Length;
        return new BytesEncoder(bytes.Memory, offsets, count, rented: bytes);
    }

    /// <summary>Ids mostly have 8 to 16 characters of ASCII: two vectors, the second over the end of the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryShortAscii(string text, Span<byte> room)
    {
        var lanes = Vector128<ushort>.Count;
        if (text.Length < lanes || text.Length > 2 * lanes || room.Length < 2 * lanes)
        {
            return false;
        }
        var characters = MemoryMarshal.Cast<char, ushort>(text.AsSpan());
        var first = Vector128.Create(characters);
        var last = Vector128.Create(characters[^lanes..]);
        if (((first | last) & Vector128.Create((ushort)0xFF80)) != Vector128<ushort>.Zero)
        {
            return false;
        }
        var narrow = Vector128.Narrow(first, last).AsUInt64();
        BinaryPrimitives.WriteUInt64LittleEndian(room, narrow[0]);
        BinaryPrimitives.WriteUInt64LittleEndian(room[(text.Length - lanes)..], narrow[1]);
        return true;
    }
}
