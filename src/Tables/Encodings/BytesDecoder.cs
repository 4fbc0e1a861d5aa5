using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>Values stored as byte strings, of any length or of a fixed one.</summary>
/// <typeparam name="T">What a value becomes.</typeparam>
/// <param name="fixedLength">The length all have, or 0 where each says its own.</param>
/// <param name="convert">Makes a value of its bytes.</param>
internal sealed class BytesDecoder<T>(int fixedLength, BytesDecoder<T>.Conversion convert) : ValueDecoder<T>
{
    /// <summary>Makes a value of its bytes.</summary>
    public delegate T Conversion(ReadOnlySpan<byte> bytes);

    public override void Decode(PageEncoding encoding, ReadOnlySpan<byte> data, Span<T> values)
    {
        switch (encoding)
        {
            case PageEncoding.Plain when fixedLength == 0:
                var reader = new ByteReader(data);
                foreach (ref var value in values)
                {
                    value = convert(reader.Take(reader.Int32()));
                }
                break;
            case PageEncoding.Plain:
                Fixed(Exactly(data, (long)values.Length * fixedLength, values.Length), values);
                break;
            case PageEncoding.ByteStreamSplit when fixedLength > 0:
                var streams = Exactly(data, (long)values.Length * fixedLength, values.Length);
                var rented = ArrayPool<byte>.Shared.Rent(streams.Length);
                try
                {
                    var joined = rented.AsSpan(0, streams.Length);
                    ByteStreamSplit.Decode(streams, fixedLength, joined);
                    Fixed(joined, values);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(rented);
                }
                break;
            case PageEncoding.DeltaLengthByteArray when fixedLength == 0:
                DeltaDecoder.LengthByteArrays(data, values, Checked);
                break;
            case PageEncoding.DeltaByteArray:
                DeltaDecoder.ByteArrays(data, values, Checked);
                break;
            default:
                throw Unknown(encoding);
        }
    }

    private T Checked(ReadOnlySpan<byte> bytes) =>
        fixedLength == 0 || bytes.Length == fixedLength
            ? convert(bytes)
            : throw new CorruptDataException($"a value of {bytes.Length} bytes where all have {fixedLength}");

    private void Fixed(ReadOnlySpan<byte> data, Span<T> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = convert(data.Slice(i * fixedLength, fixedLength));
        }
    }
}
