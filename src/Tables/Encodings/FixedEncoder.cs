using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>Values that lie in the file as they lie in memory: int, long, float and double.</summary>
internal sealed class FixedEncoder<T>(ReadOnlyMemory<T> values) : ValueEncoder
    where T : unmanaged, INumber<T>
{
    private const int LongRun = 64;

    /// <summary>The most numbers of a table that values are looked up in by their places.</summary>
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
        // By their bits, so that negative zeros and NaNs come back as they were.
        return Unsafe.SizeOf<T>() == sizeof(int)
            ? OfDifferent(MemoryMarshal.Cast<T, int>(values.Span))
            : OfDifferent(MemoryMarshal.Cast<T, long>(values.Span));
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

    private ValueDictionary? OfDifferent<TBits>(ReadOnlySpan<TBits> span)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        var isEven = EvenSteps.TryFind(span, (int)Math.Min(WidestTable, 4L * Count), out var steps, out var found);
        if (IsInteger && found is var (least, greatest))
        {
            extremes = (Unsafe.BitCast<TBits, T>(least), Unsafe.BitCast<TBits, T>(greatest));
        }
        if (isEven && steps.Last >= SecondTrial && IsHopelessAtFirst(span, steps))
        {
            return null;
        }
        var indices = ArrayPool<int>.Shared.Rent(Count);
        var plain = new ByteBuffer();
        var count = isEven ? NumberByPlace(span, steps, indices, plain) : null;
        if (count is null)
        {
            plain.Clear();
            count = NumberByHash(span, indices, plain);
        }
        var dictionary = new IndexDictionary(indices, count.Value, plain);
        if (count == 0)
        {
            dictionary.Release();
            return null;
        }
        if (extremes is null && Extremes.Find(MemoryMarshal.Cast<byte, T>(plain.Written), out var lowest, out var highest))
        {
            // All values are among the different ones, which are fewer.
            extremes = (lowest, highest);
        }
        return IfItPays(dictionary);
    }

    /// <summary>Whether there are too many different ones, as a bit for every place tells soon: clearing a wide table would take longer.</summary>
    private static bool IsHopelessAtFirst<TBits>(ReadOnlySpan<TBits> span, EvenSteps steps)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        span = span[..Math.Min(SecondTrial, span.Length)];
        var words = (steps.Last >> 6) + 1;
        var seen = ArrayPool<ulong>.Shared.Rent(words);
        var bits = seen.AsSpan(0, words);
        bits.Clear();
        var count = 0;
        foreach (var value in span)
        {
            var place = (int)Math.Min(steps.PlaceOf(value), (ulong)steps.Last);
            ref var word = ref bits[place >> 6];
            // A shift takes the lowest six bits alone.
            count += (int)(~(word >> place) & 1);
            word |= 1UL << place;
        }
        ArrayPool<ulong>.Shared.Return(seen);
        return IsHopeless(count, span.Length);
    }

    /// <summary>Numbers the different values in order of first occurrence, by a table of places.</summary>
    /// <returns>How many there are; 0 where they are too many; null where the steps do not suit.</returns>
    private static int? NumberByPlace<TBits>(ReadOnlySpan<TBits> span, EvenSteps steps, Span<int> indices, ByteBuffer plain)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        var table = ArrayPool<int>.Shared.Rent(steps.Last + 1);
        var numbers = table.AsSpan(0, steps.Last + 1);
        numbers.Clear();
        indices = indices[..span.Length];
        int? count = 0;
        var different = 0;
        for (var i = 0; i < span.Length; i++)
        {
            var place = steps.PlaceOf(span[i]);
            if (place >= (ulong)numbers.Length)
            {
                count = null;
                break;
            }
            // Zero stands for a value that was not seen yet.
            ref var number = ref numbers[(int)place];
            if (number == 0)
            {
                number = ++different;
                plain.Values(span.Slice(i, 1));
                if (plain.Length > DictionaryBytes || IsHopeless(different, i))
                {
                    different = 0;
                    break;
                }
            }
            indices[i] = number - 1;
        }
        ArrayPool<int>.Shared.Return(table);
        return count is null ? null : different;
    }

    /// <summary>Numbers the different values in order of first occurrence, whatever they are.</summary>
    /// <returns>How many there are, or 0 where they are too many.</returns>
    private static int NumberByHash<TBits>(ReadOnlySpan<TBits> span, Span<int> indices, ByteBuffer plain)
        where TBits : unmanaged, IBinaryInteger<TBits>
    {
        var seen = new HashIndex();
        indices = indices[..span.Length];
        for (var i = 0; i < span.Length; i++)
        {
            indices[i] = seen.Find(ulong.CreateTruncating(span[i]), out var isNew);
            if (isNew)
            {
                plain.Values(span.Slice(i, 1));
                if (plain.Length > DictionaryBytes || IsHopeless(seen.Count, i))
                {
                    return 0;
                }
            }
        }
        return seen.Count;
    }
}
