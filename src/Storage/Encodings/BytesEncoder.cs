using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace CranePipeline.Storage;

/// <summary>Byte strings, end to end, of any length (<paramref name="fixedLength"/> 0) or all of one.</summary>
internal sealed class BytesEncoder(ReadOnlyMemory<byte> bytes, int[] offsets, int fixedLength = 0) : ValueEncoder
{
    private const int LongestBound = 256;

    public override int Count => offsets.Length - 1;

    public override long PlainSize(int start, int end) =>
        offsets[end] - offsets[start] + (fixedLength == 0 ? 4L * (end - start) : 0);

    public override void Plain(int start, int end, ByteBuffer output)
    {
        if (fixedLength > 0)
        {
            output.Bytes(bytes.Span[offsets[start]..offsets[end]]);
            return;
        }
        for (var i = start; i < end; i++)
        {
            var value = Value(i);
            var room = output.Reserve(4 + value.Length);
            BinaryPrimitives.WriteInt32LittleEndian(room, value.Length);
            value.CopyTo(room[4..]);
            output.Advance(room.Length);
        }
    }

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
                    new ValueDictionary(indices, first.Count, 0, plain).Release();
                    return null;
                }
            }
            indices[i] = index;
        }
        return IfItPays(indices, first.Count, plain);
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
        for (var i = 1; i < Count; i++)
        {
            if (Value(i).SequenceCompareTo(Value(least)) < 0)
            {
                least = i;
            }
            if (Value(i).SequenceCompareTo(Value(greatest)) > 0)
            {
                greatest = i;
            }
        }
        var bounds = (Value(least).ToArray(), Value(greatest).ToArray());
        return bounds.Item1.Length <= LongestBound && bounds.Item2.Length <= LongestBound ? bounds : null;
    }

    private ReadOnlySpan<byte> Value(int i) => bytes.Span[offsets[i]..offsets[i + 1]];

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
