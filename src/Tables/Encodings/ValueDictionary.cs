using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>The different values of a chunk, and for every value which of them it is.</summary>
/// <param name="count">How many different values there are.</param>
/// <param name="plain">The different values in PLAIN, in order of first occurrence.</param>
internal abstract class ValueDictionary(int count, ByteBuffer plain)
{
    public int Count => count;

    public ByteBuffer Plain => plain;

    /// <summary>Bits an index.</summary>
    public int Width { get; } = WidthFor(count);

    /// <summary>Bits an index where there are so many different values: one at least, which is what every reader knows.</summary>
    public static int WidthFor(int count) => Math.Max(1, BitPacking.Width((uint)Math.Max(0, count - 1)));

    /// <summary>The bytes that the indices of the values from <paramref name="start"/> to <paramref name="end"/> take, about.</summary>
    public abstract long IndexSize(int start, int end);

    /// <summary>Writes indices in the run-length / bit-packing hybrid.</summary>
    public abstract void WriteIndices(int start, int end, ByteBuffer output);

    /// <summary>Gives the memory back.</summary>
    public virtual void Release() => plain.Release();
}

/// <summary>A dictionary of values in any order.</summary>
/// <param name="indices">An index a value, rented and perhaps longer than that.</param>
/// <param name="count">How many different values there are.</param>
/// <param name="plain">The different values.</param>
internal sealed class IndexDictionary(int[] indices, int count, ByteBuffer plain) : ValueDictionary(count, plain)
{
    public override long IndexSize(int start, int end) => (long)(end - start) * Width / 8;

    public override void WriteIndices(int start, int end, ByteBuffer output) =>
        RunLengthEncoder.Encode(indices.AsSpan(start, end - start), Width, output);

    public override void Release()
    {
        ArrayPool<int>.Shared.Return(indices);
        base.Release();
    }
}

/// <summary>
/// A dictionary of sorted values, of which each is one run. A run takes as many bytes however short it is, and is found and written
/// without an index for every value.
/// </summary>
/// <param name="starts">Where every run begins, and behind them the number of values; rented and perhaps longer than that.</param>
/// <param name="count">How many runs there are.</param>
/// <param name="plain">The different values.</param>
internal sealed class RunDictionary(int[] starts, int count, ByteBuffer plain) : ValueDictionary(count, plain)
{
    public override long IndexSize(int start, int end) =>
        end == start ? 0 : (long)(RunOf(end - 1) - RunOf(start) + 1) * RunBytes(Width);

    /// <summary>The bytes of a run shorter than 64 values: its length, and the index in whole bytes.</summary>
    public static int RunBytes(int width) => 1 + (width + 7) / 8;

    public override void WriteIndices(int start, int end, ByteBuffer output)
    {
        if (start < end)
        {
            var first = RunOf(start);
            var runs = RunOf(end - 1) - first + 1;
            RunLengthEncoder.EncodeRuns(starts.AsSpan(first + 1, runs), first, start, end, Width, output);
        }
    }

    public override void Release()
    {
        ArrayPool<int>.Shared.Return(starts);
        base.Release();
    }

    private int RunOf(int value)
    {
        var found = Array.BinarySearch(starts, 0, Count, value);
        return found >= 0 ? found : ~found - 1;
    }
}
