using System.Runtime.CompilerServices;

namespace CranePipeline.Tables;

/// <summary>Writes Parquet's DELTA_BINARY_PACKED.</summary>
internal static class DeltaEncoder
{
    private const int Block = 128;
    private const int Miniblocks = 4;
    private const int Miniblock = Block / Miniblocks;

    /// <summary>Appends integers; differences wrap around at the type's width, as the format asks.</summary>
    /// <typeparam name="T">int or long.</typeparam>
    public static void Integers<T>(ReadOnlySpan<T> values, ByteBuffer output)
        where T : unmanaged
    {
        output.Varint(Block);
        output.Varint(Miniblocks);
        output.Varint((ulong)values.Length);
        output.ZigZag(values.IsEmpty ? 0 : Load(values[0]));
        Span<long> deltas = stackalloc long[Block];
        Span<ulong> above = stackalloc ulong[Block];
        for (var at = 1; at < values.Length; at += Block)
        {
            var count = Math.Min(Block, values.Length - at);
            var from = values.Slice(at - 1, count);
            var to = values.Slice(at, count);
            var least = long.MaxValue;
            for (var i = 0; i < from.Length && i < to.Length; i++)
            {
                var delta = Subtract(to[i], from[i]);
                deltas[i] = delta;
                least = Math.Min(least, delta);
            }
            above[count..].Clear();
            for (var i = 0; i < count; i++)
            {
                above[i] = AsUnsigned<T>(unchecked(deltas[i] - least));
            }
            output.ZigZag(least);
            // Miniblocks behind the last value have a width of zero and take no bytes.
            var widths = output.Length;
            output.Reserve(Miniblocks).Clear();
            output.Advance(Miniblocks);
            for (var m = 0; m * Miniblock < count; m++)
            {
                var part = above.Slice(m * Miniblock, Miniblock);
                ulong bits = 0;
                foreach (var value in part)
                {
                    bits |= value;
                }
                var width = 64 - (int)ulong.LeadingZeroCount(bits);
                output.Set(widths + m, (byte)width);
                BitPacking.Pack(part, width, output);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Load<T>(T value)
        where T : unmanaged => typeof(T) == typeof(int) ? Unsafe.BitCast<T, int>(value) : Unsafe.BitCast<T, long>(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Subtract<T>(T left, T right)
        where T : unmanaged =>
        typeof(T) == typeof(int) ? unchecked((int)(Load(left) - Load(right))) : unchecked(Load(left) - Load(right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong AsUnsigned<T>(long value)
        where T : unmanaged => typeof(T) == typeof(int) ? unchecked((uint)value) : unchecked((ulong)value);
}
