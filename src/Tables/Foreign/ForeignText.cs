using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;

namespace CranePipeline.Tables;

/// <summary>Values of any type as people write them, for messages.</summary>
internal static class ForeignText
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffff";

    public static string? Of(IArrowArray array, int row)
    {
        if (array.IsNull(row))
        {
            return null;
        }

        return array switch
        {
            DictionaryArray dictionary => Of(dictionary.Dictionary, ForeignValues.Key(dictionary, row)),
            BooleanArray flags => flags.GetValue(row)!.Value ? "true" : "false",
            StringArray or LargeStringArray or StringViewArray => Text(array, row),
            BinaryArray bytes => Hex(bytes.GetBytes(row)),
            LargeBinaryArray bytes => Hex(bytes.GetBytes(row)),
            BinaryViewArray bytes => Hex(bytes.GetBytes(row)),
            Decimal128Array or Decimal256Array => Decimal((FixedSizeBinaryArray)array, row),
            FixedSizeBinaryArray bytes => Hex(bytes.GetBytes(row)),
            Date32Array days => Day(days.Values[row]),
            TimestampArray times => Time(times, row),
            UInt64Array numbers => numbers.Values[row].ToString(CultureInfo.InvariantCulture),
            FloatArray numbers => numbers.Values[row].ToString(CultureInfo.InvariantCulture),
            HalfFloatArray numbers => ((float)numbers.Values[row]).ToString(CultureInfo.InvariantCulture),
            DoubleArray numbers => numbers.Values[row].ToString("R", CultureInfo.InvariantCulture),
            _ when ForeignLists.Of(array) is { } lists => Lists(lists, row),
            _ => ForeignValues.Whole(array, row)?.ToString(CultureInfo.InvariantCulture) ?? array.Data.DataType.Name,
        };
    }

    private static string Lists(ForeignLists lists, int row)
    {
        (int first, int count) = lists.Range(row);
        return $"[{string.Join(" ", Enumerable.Range(first, count).Select(index => Of(lists.Values, index) ?? "null"))}]";
    }

    private static string Text(IArrowArray array, int row) =>
        Encoding.UTF8.GetString(
            array switch
            {
                BinaryArray bytes => bytes.GetBytes(row),
                LargeBinaryArray bytes => bytes.GetBytes(row),
                _ => ((BinaryViewArray)array).GetBytes(row),
            }
        );

    /// <summary>All digits of a whole number that is stored as a decimal, without a point; null for all other values.</summary>
    public static string? WholeDecimal(IArrowArray array, int row)
    {
        if (array is not (Decimal128Array or Decimal256Array) || Digits((FixedSizeBinaryArray)array, row) is not { } digits)
        {
            return null;
        }

        int point = digits.IndexOf('.', StringComparison.Ordinal);
        return point < 0 ? digits
            : digits.AsSpan(point + 1).IndexOfAnyExcept('0') < 0 ? digits[..point]
            : null;
    }

    /// <summary>The number, or its bytes where it has more digits than its type says.</summary>
    private static string Decimal(FixedSizeBinaryArray numbers, int row) => Digits(numbers, row) ?? Hex(numbers.GetBytes(row));

    private static string? Digits(FixedSizeBinaryArray numbers, int row)
    {
        try
        {
            return numbers is Decimal128Array narrow ? narrow.GetString(row) : ((Decimal256Array)numbers).GetString(row);
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static string Day(int day)
    {
        long number = day + (long)new DateOnly(1970, 1, 1).DayNumber;
        return number < 0 || number > DateOnly.MaxValue.DayNumber
            ? day.ToString(CultureInfo.InvariantCulture)
            : DateOnly.FromDayNumber((int)number).ToString("O", CultureInfo.InvariantCulture);
    }

    /// <summary>Text for a message: visible, and only the beginning of a long one.</summary>
    public static string Quoted(string text, int most = 60) =>
        VisibleText.Of(text.Length > most ? string.Concat(text.AsSpan(0, most), "…") : text);

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    private static string Time(TimestampArray times, int row)
    {
        var type = (TimestampType)times.Data.DataType;
        long value = times.Values[row];
        decimal microseconds = type.Unit switch
        {
            TimeUnit.Second => value * 1e6m,
            TimeUnit.Millisecond => value * 1e3m,
            TimeUnit.Microsecond => value,
            _ => Math.Floor(value / 1e3m),
        };
        decimal ticks = (microseconds * 10) + DateTime.UnixEpoch.Ticks;
        return ticks < 0 || ticks > DateTime.MaxValue.Ticks
            ? value.ToString(CultureInfo.InvariantCulture)
            : new DateTime((long)ticks).ToString(TimeFormat, CultureInfo.InvariantCulture)
                + (string.IsNullOrEmpty(type.Timezone) ? string.Empty : "Z");
    }
}
