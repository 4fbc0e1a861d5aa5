using System.Numerics;

namespace CranePipeline.Tables;

/// <summary>Decimals as Parquet stores them: in 32 or 64 bits where their precision fits, else in 16 big-endian bytes.</summary>
internal static class DecimalValues
{
    private const int WideBytes = 16;

    public static PhysicalType PhysicalOf(int precision) =>
        precision <= 9 ? PhysicalType.Int32
        : precision <= 18 ? PhysicalType.Int64
        : PhysicalType.FixedBytes;

    public static int LengthOf(int precision) => PhysicalOf(precision) == PhysicalType.FixedBytes ? WideBytes : 0;

    public static ValueEncoder Encoder(ReadOnlyMemory<decimal> values, ParquetField field)
    {
        var limit = BigInteger.Pow(10, field.Precision);
        var digits = new BigInteger[values.Length];
        for (var i = 0; i < digits.Length; i++)
        {
            var value = values.Span[i];
            digits[i] = ValueDecoders.Unscaled(value, field.Scale);
            if (BigInteger.Abs(digits[i]) >= limit || (field.Scale < 28 && decimal.Round(value, field.Scale) != value))
            {
                throw new InputException(
                    $"column '{field.Name}': {value} does not fit {field.Precision} digits with {field.Scale} after the point; give the column a larger precision or scale"
                );
            }
        }
        switch (PhysicalOf(field.Precision))
        {
            case PhysicalType.Int32:
                return new FixedEncoder<int>(Array.ConvertAll(digits, value => (int)value));
            case PhysicalType.Int64:
                return new FixedEncoder<long>(Array.ConvertAll(digits, value => (long)value));
            default:
                var bytes = new byte[digits.Length * WideBytes];
                var offsets = new int[digits.Length + 1];
                for (var i = 0; i < digits.Length; i++)
                {
                    var target = bytes.AsSpan(i * WideBytes, WideBytes);
                    target.Fill(digits[i].Sign < 0 ? (byte)0xFF : (byte)0);
                    digits[i].TryWriteBytes(target[(WideBytes - digits[i].GetByteCount())..], out _, isBigEndian: true);
                    offsets[i + 1] = (i + 1) * WideBytes;
                }
                return new BytesEncoder(bytes, offsets, digits.Length, WideBytes);
        }
    }
}
