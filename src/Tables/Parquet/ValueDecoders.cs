using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace CranePipeline.Tables;

/// <summary>The decoder for each combination of physical and logical type that is read.</summary>
internal static class ValueDecoders
{
    private const int JulianDayOfEpoch = 2_440_588;
    private const long MicrosecondsPerDay = 86_400_000_000;
    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
    private static readonly BigInteger LargestDecimal = new(decimal.MaxValue);
    private static readonly decimal[] PowersOfTen = MakePowers();

    public static ValueDecoder<int> Int32() => new FixedDecoder<int>();

    public static ValueDecoder<long> Int64(SchemaElement element) =>
        element.Type switch
        {
            PhysicalType.Int32 => new ConvertingDecoder<int, long>(new FixedDecoder<int>(), value => (uint)value),
            PhysicalType.Int96 => new BytesDecoder<long>(12, FromInt96),
            _ when ColumnTypes.IsUnsigned(element, 64) => new ConvertingDecoder<long, long>(
                new FixedDecoder<long>(),
                NotNegative
            ),
            _ => new FixedDecoder<long>(),
        };

    public static ValueDecoder<float> Float(SchemaElement element) =>
        element.Type == PhysicalType.Float
            ? new FixedDecoder<float>()
            : new BytesDecoder<float>(2, bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes));

    public static ValueDecoder<string?> String(SchemaElement element) =>
        element.Type == PhysicalType.ByteArray
            ? new BytesDecoder<string?>(0, bytes => Encoding.UTF8.GetString(bytes))
            : new BytesDecoder<string?>(16, bytes => new Guid(bytes, bigEndian: true).ToString());

    public static ValueDecoder<byte[]?> Binary(SchemaElement element) =>
        new BytesDecoder<byte[]?>(element.Type == PhysicalType.ByteArray ? 0 : element.TypeLength, bytes => bytes.ToArray());

    public static ValueDecoder<DateOnly> Date() => new ConvertingDecoder<int, DateOnly>(new FixedDecoder<int>(), FromDays);

    public static ValueDecoder<decimal> Decimal(SchemaElement element)
    {
        var scale = element.Scale;
        return element.Type switch
        {
            PhysicalType.Int32 => new ConvertingDecoder<int, decimal>(new FixedDecoder<int>(), value => Scaled(value, scale)),
            PhysicalType.Int64 => new ConvertingDecoder<long, decimal>(new FixedDecoder<long>(), value => Scaled(value, scale)),
            PhysicalType.ByteArray => new BytesDecoder<decimal>(0, bytes => FromBytes(bytes, scale)),
            _ => new BytesDecoder<decimal>(element.TypeLength, bytes => FromBytes(bytes, scale)),
        };
    }

    public static DateOnly FromDays(int days)
    {
        var number = (long)days + EpochDay;
        return number >= DateOnly.MinValue.DayNumber && number <= DateOnly.MaxValue.DayNumber
            ? DateOnly.FromDayNumber((int)number)
            : throw new CorruptDataException(
                $"day {days} after 1970 is outside the years 1 to 9999",
                "leave the column out or correct it"
            );
    }

    public static int ToDays(DateOnly date) => date.DayNumber - EpochDay;

    /// <summary>A decimal of big-endian two's-complement digits.</summary>
    public static decimal FromBytes(ReadOnlySpan<byte> bytes, int scale) =>
        Scaled(new BigInteger(bytes, isBigEndian: true), scale);

    /// <summary>The digits of a decimal without its point.</summary>
    public static BigInteger Unscaled(decimal value, int scale) =>
        // System.Decimal goes to 28 places; what lies beyond is exact zeros.
        new BigInteger(decimal.Truncate(value)) * BigInteger.Pow(10, scale)
        + new BigInteger(decimal.Truncate((value - decimal.Truncate(value)) * PowersOfTen[Math.Min(scale, 28)]))
            * BigInteger.Pow(10, Math.Max(0, scale - 28));

    private static decimal Scaled(BigInteger digits, int scale)
    {
        // Decimal holds 28 places; a value with more has to be cut, and is only where the cut digits are zeros.
        while (scale > 28)
        {
            digits = BigInteger.DivRem(digits, 10, out var rest);
            scale--;
            if (!rest.IsZero)
            {
                throw TooLong();
            }
        }
        if (BigInteger.Abs(digits) > LargestDecimal)
        {
            throw TooLong();
        }
        var value = (decimal)BigInteger.Abs(digits);
        var parts = decimal.GetBits(value);
        return new decimal(parts[0], parts[1], parts[2], digits.Sign < 0, (byte)scale);
    }

    private static CorruptDataException TooLong() =>
        new("a decimal value of more digits than .NET's decimal holds (28)", "leave the column out or write it as double");

    private static long NotNegative(long value) =>
        value >= 0
            ? value
            : throw new CorruptDataException(
                $"the unsigned value {(ulong)value} does not fit a signed 64-bit integer",
                "leave the column out or write it as decimal or text"
            );

    private static long FromInt96(ReadOnlySpan<byte> bytes)
    {
        var nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var days = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        return ((long)days - JulianDayOfEpoch) * MicrosecondsPerDay + nanoseconds / 1000;
    }

    private static decimal[] MakePowers()
    {
        var powers = new decimal[29];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
        {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }
}
