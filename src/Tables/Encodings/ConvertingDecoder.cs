using System.Buffers;

namespace CranePipeline.Tables;

/// <summary>Values stored as another type than they read as: days as dates, unsigned integers, scaled integers as decimals.</summary>
internal sealed class ConvertingDecoder<TStored, T>(ValueDecoder<TStored> stored, Func<TStored, T> convert) : ValueDecoder<T>
{
    public override void Decode(PageEncoding encoding, ReadOnlySpan<byte> data, Span<T> values)
    {
        var rented = ArrayPool<TStored>.Shared.Rent(values.Length);
        try
        {
            var raw = rented.AsSpan(0, values.Length);
            stored.Decode(encoding, data, raw);
            for (var i = 0; i < raw.Length; i++)
            {
                values[i] = convert(raw[i]);
            }
        }
        finally
        {
            ArrayPool<TStored>.Shared.Return(rented);
        }
    }
}
