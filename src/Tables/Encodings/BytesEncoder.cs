using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>Byte strings of any length (<paramref name="fixedLength"/> 0), each behind its length in four bytes, or all of one length, end to end.</summary>
/// <param name="bytes">The strings, as they lie in PLAIN.</param>
/// <param name="offsets">Where each begins in <paramref name="bytes"/>, its length included, and where the last ends; perhaps longer.</param>
/// <param name="count">How many there are.</param>
/// <param name="fixedLength">The length of all, or 0.</param>
/// <param name="rented">What <paramref name="bytes"/> are of if they and <paramref name="offsets"/> are rented.</param>
internal sealed class BytesEncoder(
    ReadOnlyMemory<byte> bytes,
    int[] offsets,
    int count,
    int fixedLength = 0,
    ByteBuffer? rented = null
) : ValueEncoder
{
    /// <summary>The bytes of a length.</summary>
    public const int Prefix = sizeof(int);

    private const int LongestBound = 256;
    private readonly int prefix = fixedLength == 0 ? Prefix : 0;

    public override int Count => count;

    public override long PlainSize(int start, int end) => offsets[end] - offsets[start];

    public override ReadOnlySpan<byte> InMemory(int start, int end) => bytes.Span[offsets[start]..offsets[end]];

    public override ValueDictionary? BuildDictionary()
    {
        // A plain .NET set of strings would allocate every value again; this one looks spans up.
        var first = new List<int>();
        var byHash = new Dictionary<int, List<int>>();
        var indices = ArrayPool<int>.Shared.Rent(Count);
        var plain = new ByteBuffer();
        for (var i = 0; i < Count; i++)
        {
            var value = Value(i);
            ref var bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(byHash, Hash(value), out _);
            bucket ??= [];
            var index = -1;
            foreach (var candidate in bucket)
            {
                if (Value(first[candidate]).SequenceEqual(value))
                {
                    index = candidate;
                    break;
                }
            }
            if (index < 0)
            {
                index = first.Count;
                first.Add(i);
                bucket.Add(index);
                Plain(i, i + 1, plain);
                if (plain.Length > DictionaryBytes || IsHopeless(first.Count, i))
                {
                    new IndexDictionary(indices, first.Count, plain).Release();
                    return null;
                }
            }
            indices[i] = index;
        }
        return IfItPays(new IndexDictionary(indices, first.Count, plain));
    }

    public override (byte[] Minimum, byte[] Maximum)? Range()
    {
        // Decimals in fixed bytes are ordered as signed numbers, not as bytes; their bounds are left out.
        if (Count == 0 || fixedLength > 0)
        {
            return null;
        }
        int least = 0,
            greatest = 0;
        // Nearly all comparisons are settled by the first bytes, which one load has.
        ulong low = Beginning(0),
            high = low;
        for (var i = 1; i < Count; i++)
        {
            var beginning = Beginning(i);
            if (beginning < low || (beginning == low && Value(i).SequenceCompareTo(Value(least)) < 0))
            {
                (least, low) = (i, beginning);
            }
            if (beginning > high || (beginning == high && Value(i).SequenceCompareTo(Value(greatest)) > 0))
            {
                (greatest, high) = (i, beginning);
            }
        }
        var bounds = (Value(least).ToArray(), Value(greatest).ToArray());
        return bounds.Item1.Length <= LongestBound && bounds.Item2.Length <= LongestBound ? bounds : null;
    }

    public override void Release()
    {
        if (rented is not null)
        {
            rented.Release();
            ArrayPool<int>.Shared.Return(offsets);
        }
    }

    private ReadOnlySpan<byte> Value(int i) => bytes.Span[(offsets[i] + prefix)..offsets[i + 1]];

    /// <summary>The first eight bytes as a number in the bytes' order; those behind a shorter value's end count as zero.</summary>
    private ulong Beginning(int i)
    {
        var value = Value(i);
        if (value.Length >= sizeof(ulong))
        {
            return BinaryPrimitives.ReadUInt64BigEndian(value);
        }
        ulong number = 0;
        for (var b = 0; b < value.Length; b++)
        {
            number |= (ulong)value[b] << (56 - 8 * b);
        }
        return number;
    }

    /// <summary>FNV-1a: the same on every run, unlike .NET's own, though nothing written depends on it.</summary>
    private static int Hash(ReadOnlySpan<byte> value)
    {
        var hash = 2166136261u;
        foreach (var b in value)
        {
            hash = (hash ^ b) * 16777619u;
        }
        return (int)hash;
    }
}
