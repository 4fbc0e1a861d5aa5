using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>Truth values: a bit each, or run-length encoded.</summary>
internal sealed class BooleanDecoder : ValueDecoder<bool>
{
    public override void Decode(PageEncoding encoding, ReadOnlySpan<byte> data, Span<bool> values)
    {
        switch (encoding)
        {
            case PageEncoding.Plain:
                var bits = Exactly(data, (values.Length + 7L) / 8, values.Length);
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = ((bits[i >> 3] >> (i & 7)) & 1) != 0;
                }
                break;
            case PageEncoding.RunLength:
                var reader = new ByteReader(data);
                var runs = new RunLengthDecoder(reader.Take(reader.Int32()), 1);
                var rented = ArrayPool<int>.Shared.Rent(values.Length);
                try
                {
                    var raw = rented.AsSpan(0, values.Length);
                    runs.Decode(raw, 1);
                    for (var i = 0; i < raw.Length; i++)
                    {
                        values[i] = raw[i] != 0;
                    }
                }
                finally
                {
                    ArrayPool<int>.Shared.Return(rented);
                }
                break;
            default:
                throw Unknown(encoding);
        }
    }
}
