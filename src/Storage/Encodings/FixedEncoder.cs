using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CranePipeline.Storage;

/// <summary>Values that lie in the file as they lie in memory: int, long, float and double.</summary>
internal sealed class FixedEncoder<T>(ReadOnlyMemory<T> values) : ValueEncoder
    where T : unmanaged, INumber<T>
{
    private const int LongRun = 64;

    /// <summary>The widest range of integers that are looked up in a table by their distance from the least.</summary>
    private const int WidestTable = 1 << 21;

    private static readonly bool IsInteger = typeof(T) == typeof(int) || typeof(T) == typeof(long);
    private (T Least, T Greatest)? extremes;

    public override int Count => values.Length;

    public override long PlainSize(int start, int end) => (long)(end - start) * Unsafe.SizeOf<T>();

    // Every machine .NET 10 runs on is little-endian, as Parquet is.
    public override ReadOnlySpan<byte> InMemory(int start, int end) => MemoryMarshal.AsBytes(values.Span[start..end]);

    /// <summary>Integers that never fall do, unless they stay the same so long that runs of them are smaller still.</summary>
    public override bool PrefersDeltas => NeverFalls(out var runs) && runs > Math.Max(1, Count / LongRun);

    public override void Deltas(int start, int end, ByteBuffer output)
    {
        var span = values.Span[start..end];
        if (typeof(T) == typeof(int))
        {
            DeltaEncoder.Integers(MemoryMarshal.Cast<T, int>(span), output);
        }
        else
        {
            DeltaEncoder.Integers(MemoryMarshal.Cast<T, long>(span), output);
        }
    }

    public override ValueDictionary? BuildDictionary()
    {
        if (values.IsEmpty)
        {
            return null;
        }
        if (NeverFalls(out var runs))
        {
            return OfRuns(runs);
        }
        if (IsInteger)
        {
            var (least, greatest) = FindExtremes()!.Value;
            // The true difference, even where it does not fit the type.
            var range = unchecked((ulong)long.CreateTruncating(greatest) - (ulong)long.CreateTruncating(least));
            if (range < (ulong)Math.Min(WidestTable, 4L * Count))
            {
                return OfNarrowRange(least, (int)range);
            }
        }
        return OfAny();
    }

    public override (byte[] Minimum, byte[] Maximum)? Range()
    {
        if (values.IsEmpty || FindExtremes() is not var (least, greatest))
        {
            return null;
        }
        // The format's rule: a zero bound must cover both zeros.
        if (typeof(T) == typeof(float) || typeof(T) == typeof(double))
        {
            least = T.IsZero(least) ? -T.Zero : least;
            greatest = T.IsZero(greatest) ? T.Abs(greatest) : greatest;
        }
        return (
            MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in least)).ToArray(),
            MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in greatest)).ToArray()
        );
    }

    /// <summary>Whether these are integers of which none is below the one before it; if so, how many times a new one begins.</summary>
    private bool NeverFalls(out int runs)
    {
        runs = 0;
        if (!IsInteger || !SortedRuns.Count(values.Span, out runs))
        {
            return false;
        }
        if (!values.IsEmpty)
        {
            extremes = (values.Span[0], values.Span[^1]);
        }
        return true;
    }

    private (T Least, T Greatest)? FindExtremes()
    {
        if (extremes is null && Extremes.Find(values.Span, out var least, out var greatest))
        {
            extremes = (least, greatest);
        }
        return extremes;
    }

    /// <summary>Where values never fall, another one than the last is a new one.</summary>
    private ValueDictionary? OfRuns(int runs)
    {
        if ((long)runs * Unsafe.SizeOf<T>() > DictionaryBytes || IsHopeless(runs, Count))
        {
            return null;
        }
        var span = values.Span;
        var starts = ArrayPool<int>.Shared.Rent(runs + 1);
        SortedRuns.Starts(span, starts.AsSpan(0, runs));
        starts[runs] = Count;
        var plain = new ByteBuffer(runs * Unsafe.SizeOf<T>());
        var different = MemoryMarshal.Cast<byte, T>(plain.Reserve(runs * Unsafe.SizeOf<T>()));
        for (var run = 0; run < different.Length; run++)
        {
            different[run] = span[starts[run]];
        }
        plain.Advance(runs * Unsafe.SizeOf<T>());
        var width = ValueDictionary.WidthFor(runs);
        if ((long)runs * RunDictionary.RunBytes(width) <= (long)Count * width / 8)
        {
            return IfItPays(new RunDictionary(starts, runs, plain));
        }
        var indices = ArrayPool<int>.Shared.Rent(Count);
        for (var run = 0; run < runs; run++)
        {
            indices.AsSpan(starts[run]..starts[run + 1]).Fill(run);
        }
        ArrayPool<int>.Shared.Return(starts);
        return IfItPays(new IndexDictionary(indices, runs, plain));
    }

    /// <summary>A bit for every number of the range tells first, and soon, whether the different ones are few; then a table has their indices.</summary>
    private ValueDictionary? OfNarrowRange(T least, int range)
    {
        var span = values.Span;
        var count = NarrowRange.CountDifferent(span, least, range, DictionaryBytes / Unsafe.SizeOf<T>());
        if (count is null || IsHopeless(count.Value, Count))
        {
            return null;
        }
        var indices = ArrayPool<int>.Shared.Rent(Count);
        var plain = new ByteBuffer(count.Value * Unsafe.SizeOf<T>());
        NarrowRange.Number(span, least, range, indices, plain);
        return IfItPays(new IndexDictionary(indices, count.Value, plain));
    }

    private ValueDictionary? OfAny()
    {
        var span = values.Span;
        var seen = new HashIndex();
        var indices = ArrayPool<int>.Shared.Rent(Count);
        var plain = new ByteBuffer();
        for (var i = 0; i < span.Length; i++)
        {
            // By their bits, so that negative zeros and NaNs come back as they were.
            var bits = Unsafe.SizeOf<T>() == 4 ? Unsafe.BitCast<T, uint>(span[i]) : Unsafe.BitCast<T, ulong>(span[i]);
            indices[i] = seen.Find(bits, out var isNew);
            if (isNew)
            {
                plain.Values(span.Slice(i, 1));
                if (plain.Length > DictionaryBytes || IsHopeless(seen.Count, i))
                {
                    new IndexDictionary(indices, seen.Count, plain).Release();
                    return null;
                }
            }
        }
        return IfItPays(new IndexDictionary(indices, seen.Count, plain));
    }
}
