using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CranePipeline.Storage;

/// <summary>The values of a column chunk that are there, without gaps, and how they are laid out.</summary>
internal abstract class ValueEncoder
{
    /// <summary>After so many values a dictionary that found nearly all of them new is given up.</summary>
    private const int FirstTrial = 4096;

    /// <summary>After so many, one that found more than half of them new.</summary>
    private const int SecondTrial = 65536;

    /// <summary>The most bytes a dictionary may take.</summary>
    private protected const int DictionaryBytes = 1 << 20;

    public abstract int Count { get; }

    /// <summary>The bytes the values from <paramref name="start"/> to <paramref name="end"/> take in PLAIN.</summary>
    public abstract long PlainSize(int start, int end);

    public abstract void Plain(int start, int end, ByteBuffer output);

    /// <summary>Whether differences (DELTA_BINARY_PACKED) are the smallest way to lay the values out, and quickly found to be.</summary>
    public virtual bool PrefersDeltas => false;

    /// <summary>Lays values out as differences, where <see cref="PrefersDeltas"/>.</summary>
    public virtual void Deltas(int start, int end, ByteBuffer output) => throw new NotSupportedException();

    /// <summary>Finds the different values, or answers null where there are too many for a dictionary to pay.</summary>
    public abstract ValueDictionary? BuildDictionary();

    /// <summary>The least and greatest value in PLAIN without lengths, or null where they have no order or there are none.</summary>
    public abstract (byte[] Minimum, byte[] Maximum)? Range();

    /// <summary>Whether a dictionary is given up that found so many different among the values so far.</summary>
    private protected static bool IsHopeless(int distinct, int values) =>
        (values >= FirstTrial && distinct > values - values / 8) || (values >= SecondTrial && distinct > values / 2);

    private protected ValueDictionary? IfItPays(int[] indices, int distinct, ByteBuffer plain)
    {
        var width = Math.Max(1, BitPacking.Width((uint)Math.Max(0, distinct - 1)));
        var size = plain.Length + (long)Count * width / 8;
        var dictionary = new ValueDictionary(indices, distinct, width, plain);
        if (size < PlainSize(0, Count) * 9 / 10)
        {
            return dictionary;
        }
        dictionary.Release();
        return null;
    }
}

/// <summary>The different values of a chunk, and for every value which of them it is.</summary>
/// <param name="Indices">An index a value, rented and perhaps longer than that.</param>
/// <param name="Count">How many different values there are.</param>
/// <param name="Width">Bits an index.</param>
/// <param name="Plain">The different values in PLAIN, in order of first occurrence.</param>
internal sealed record ValueDictionary(int[] Indices, int Count, int Width, ByteBuffer Plain)
{
    /// <summary>Gives the memory back.</summary>
    public void Release()
    {
        ArrayPool<int>.Shared.Return(Indices);
        Plain.Release();
    }
}

/// <summary>Values that lie in the file as they lie in memory: int, long, float and double.</summary>
internal sealed class FixedEncoder<T>(ReadOnlyMemory<T> values) : ValueEncoder
    where T : unmanaged, INumber<T>
{
    private const int LongRun = 64;

    public override int Count => values.Length;

    public override long PlainSize(int start, int end) => (long)(end - start) * Unsafe.SizeOf<T>();

    public override void Plain(int start, int end, ByteBuffer output) => output.Values(values.Span[start..end]);

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
        var span = values.Span;
        var seen = NeverFalls(out _) ? null : new HashIndex();
        var count = 0;
        var indices = ArrayPool<int>.Shared.Rent(span.Length);
        var plain = new ByteBuffer();
        ulong last = 0;
        for (var i = 0; i < span.Length; i++)
        {
            // By their bits, so that negative zeros and NaNs come back as they were.
            var bits = Unsafe.SizeOf<T>() == 4 ? Unsafe.BitCast<T, uint>(span[i]) : Unsafe.BitCast<T, ulong>(span[i]);
            if (i > 0 && bits == last)
            {
                // Sorted columns repeat themselves, and need no look-up for that.
                indices[i] = indices[i - 1];
                continue;
            }
            last = bits;
            // Where values never fall, another one than the last is a new one.
            var isNew = true;
            indices[i] = seen is null ? count : seen.Find(bits, out isNew);
            if (isNew)
            {
                count++;
                plain.Values(span.Slice(i, 1));
                if (plain.Length > DictionaryBytes || IsHopeless(count, i))
                {
                    new ValueDictionary(indices, count, 0, plain).Release();
                    return null;
                }
            }
        }
        return IfItPays(indices, count, plain);
    }

    public override (byte[] Minimum, byte[] Maximum)? Range()
    {
        var span = values.Span;
        if (span.IsEmpty)
        {
            return null;
        }
        if (!Extremes.Find(span, out var least, out var greatest))
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
        return (typeof(T) == typeof(int) || typeof(T) == typeof(long)) && SortedRuns.Count(values.Span, out runs);
    }
}

/// <summary>Truth values, a bit each.</summary>
internal sealed class BooleanEncoder(ReadOnlyMemory<bool> values) : ValueEncoder
{
    public override int Count => values.Length;

    public override long PlainSize(int start, int end) => (end - start + 7L) / 8;

    public override void Plain(int start, int end, ByteBuffer output)
    {
        var span = values.Span[start..end];
        var room = output.Reserve((span.Length + 7) / 8);
        room.Clear();
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i])
            {
                room[i >> 3] |= (byte)(1 << (i & 7));
            }
        }
        output.Advance(room.Length);
    }

    public override ValueDictionary? BuildDictionary() => null;

    public override (byte[] Minimum, byte[] Maximum)? Range()
    {
        var span = values.Span;
        return span.IsEmpty ? null : ([span.Contains(false) ? (byte)0 : (byte)1], [span.Contains(true) ? (byte)1 : (byte)0]);
    }
}
