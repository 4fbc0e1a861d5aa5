using System.Buffers.Text;
using System.Globalization;

namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// Times of one source, as milliseconds since 1970-01-01 UTC. A number is a time if it lies in 1990 to 2100 in the unit of the column,
/// which the settings or the file's format say, or which is recognised: <see cref="Recognise"/>.
/// </summary>
/// <param name="unit">The numbers' unit; while it is <see cref="TimestampUnit.Auto"/>, numbers are counted and not read.</param>
/// <param name="source">Who says so; where a user does, any year will do.</param>
internal sealed class TimestampRule(TimestampUnit unit, TimestampSource source)
{
    // Nothing was for sale on the web before 1990.
    private const double FirstSecond = 631_152_000;
    private const double LastSecond = 4_102_444_800;
    private static readonly double FirstPossible = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly double LastPossible = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The numbers' unit.</summary>
    public TimestampUnit Unit => unit;

    /// <summary>Who says so.</summary>
    public TimestampSource Source => source;

    /// <summary>
    /// The unit in which more than half of a column's numbers are times between 1990 and 2100 (the ranges of the units do not meet), or
    /// an order if all are whole, not negative and too small for seconds.
    /// </summary>
    /// <param name="tally">All numbers of the column.</param>
    /// <returns>The unit; <see cref="TimestampUnit.Auto"/> without any number; null if there is none.</returns>
    public static TimestampUnit? Recognise(TimestampTally tally)
    {
        if (tally.Numbers == 0)
        {
            return TimestampUnit.Auto;
        }

        TimestampUnit[] units =
        [
            TimestampUnit.Seconds,
            TimestampUnit.Milliseconds,
            TimestampUnit.Microseconds,
            TimestampUnit.Nanoseconds,
            TimestampUnit.Calendar,
        ];
        return units.Select(unit => (TimestampUnit?)unit).FirstOrDefault(unit => 2 * tally[unit!.Value] > tally.Numbers)
            ?? (tally.Small == tally.Numbers ? TimestampUnit.Order : null);
    }

    /// <summary>Reads a time; an empty field is none.</summary>
    public void Read(ReadOnlySpan<byte> text, ref RawRow row, TimestampTally tally)
    {
        // Ten digits are the seconds of any day since 2001, which is what nearly all columns hold.
        if (
            unit == TimestampUnit.Seconds
            && text.Length == 10
            && TryWhole(text, out long seconds)
            && seconds is >= 1_000_000_000 and <= (long)LastSecond
        )
        {
            row.Timestamp = seconds * 1000;
            tally.AddSeconds(seconds * 1000);
            return;
        }

        text = text.Trim(" \t\r"u8);
        if (text.IsEmpty || unit == TimestampUnit.None)
        {
            return;
        }

        if (TryNumber(text, out double number))
        {
            if (unit == TimestampUnit.Auto)
            {
                tally.Add(number, UnitOf(number), null);
            }
            else if (TryConvert(number, out long time))
            {
                row.Timestamp = time;
                // Any whole number is a place in an order, so what it could be otherwise must be asked.
                tally.Add(number, unit == TimestampUnit.Order ? UnitOf(number) : unit, time);
            }
            else
            {
                tally.Add(number, UnitOf(number), null);
                row.Fail(LineFault.TimestampOutOfRange, text);
            }
        }
        else if (WrittenDate.TryRead(text, out long milliseconds))
        {
            row.Timestamp = milliseconds;
            tally.AddWritten(milliseconds);
        }
        else
        {
            row.Fail(LineFault.TimestampNotANumber, text);
        }
    }

    /// <summary>Takes a time from a column that holds times rather than numbers or text; null is one that cannot be told.</summary>
    /// <param name="milliseconds">Milliseconds since 1970-01-01 UTC.</param>
    /// <param name="text">The value as it may be shown.</param>
    /// <param name="row">The row it belongs to.</param>
    /// <param name="tally">Counts it.</param>
    public void Take(long? milliseconds, ReadOnlySpan<byte> text, ref RawRow row, TimestampTally tally)
    {
        if (unit == TimestampUnit.None)
        {
            return;
        }

        if (milliseconds >= FirstPossible && milliseconds <= LastPossible)
        {
            row.Timestamp = milliseconds;
            tally.AddWritten(milliseconds.Value);
        }
        else
        {
            row.Fail(LineFault.TimestampOutOfRange, text);
        }
    }

    /// <summary>Puts a written-out day ("09 4, 2015") in place of a time that cannot be one.</summary>
    public static void Repair(ReadOnlySpan<byte> day, ref RawRow row)
    {
        if (
            row.Fault == LineFault.TimestampOutOfRange
            && DateTime.TryParseExact(
                System.Text.Encoding.UTF8.GetString(day),
                "M d, yyyy",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTime date
            )
        )
        {
            row.Timestamp = new DateTimeOffset(date).ToUnixTimeMilliseconds();
            row.RepairedTimestamp = true;
            row.Fault = LineFault.None;
            row.FaultyValue = [];
        }
    }

    /// <summary>What numbers are read as, in words.</summary>
    public string Describe() =>
        unit switch
        {
            TimestampUnit.Calendar => "a day or time in digits (yyyymmdd, yyyymmddhhmm, yyyymmddhhmmss)",
            TimestampUnit.Order => "a place in an order",
            TimestampUnit.Auto => "a time",
            _ =>
                $"a time in {Name(unit)} between {(source == TimestampSource.Settings ? "the years 1 and 9999" : "1990 and 2100")}",
        };

    /// <summary>A unit as settings have it.</summary>
    public static string Name(TimestampUnit unit) => unit.ToString().ToLowerInvariant();

    private static bool TryWhole(ReadOnlySpan<byte> text, out long whole)
    {
        whole = 0;
        uint highest = 0;
        foreach (byte letter in text)
        {
            uint digit = (uint)letter - '0';
            highest = Math.Max(highest, digit);
            whole = whole * 10 + digit;
        }

        return highest <= 9 && text.Length is > 0 and <= 18;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out double number)
    {
        bool plain = TryWhole(text, out long whole);
        number = whole;
        return plain || (Utf8Parser.TryParse(text, out number, out int used) && used == text.Length && double.IsFinite(number));
    }

    private bool TryConvert(double number, out long milliseconds)
    {
        if (unit == TimestampUnit.Order)
        {
            milliseconds = (long)number;
            return milliseconds == number && Math.Abs(number) < 1L << 49;
        }

        if (unit == TimestampUnit.Calendar)
        {
            return WrittenDate.TryDigits(number, out milliseconds);
        }

        double exact = number * MillisecondsOf(unit);
        bool possible =
            source == TimestampSource.Settings
                ? exact >= FirstPossible && exact <= LastPossible
                : exact is >= FirstSecond * 1000 and <= LastSecond * 1000;
        milliseconds = possible ? (long)Math.Round(exact) : 0;
        return possible;
    }

    private static double MillisecondsOf(TimestampUnit unit) =>
        unit switch
        {
            TimestampUnit.Milliseconds => 1,
            TimestampUnit.Microseconds => 1e-3,
            TimestampUnit.Nanoseconds => 1e-6,
            _ => 1000,
        };

    /// <summary>The unit in which a number is a time between 1990 and 2100.</summary>
    private static TimestampUnit UnitOf(double number)
    {
        for (TimestampUnit unit = TimestampUnit.Seconds; unit <= TimestampUnit.Nanoseconds; unit++)
        {
            if (number * MillisecondsOf(unit) is >= FirstSecond * 1000 and <= LastSecond * 1000)
            {
                return unit;
            }
        }

        return WrittenDate.TryDigits(number, out _) ? TimestampUnit.Calendar : TimestampUnit.None;
    }
}

/// <summary>Who says which unit times have.</summary>
internal enum TimestampSource
{
    /// <summary>The user.</summary>
    Settings,

    /// <summary>The file's format.</summary>
    Format,

    /// <summary>The numbers of the column.</summary>
    Column,
}
