namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// Dates and times written year first: ISO 8601 (<c>2018-09-20</c>, <c>2018-07-07T22:09:11.5+02:00</c>) and digits alone
/// (<c>20180920</c>).
/// </summary>
internal static class WrittenDate
{
    private const int FirstYear = 1990;
    private const int LastYear = 2100;

    /// <summary>
    /// Reads <c>yyyy-mm-dd</c> (or with slashes), and behind it, after a space or a <c>T</c>, <c>hh:mm</c>, <c>:ss</c>, a fraction of a
    /// second, and <c>Z</c>, <c>UTC</c>, <c>+hh:mm</c>, <c>+hhmm</c> or <c>+hh</c>, each of which may be missing. Without a zone it is
    /// UTC.
    /// </summary>
    /// <param name="text">The text, without spaces around it.</param>
    /// <param name="milliseconds">Milliseconds since 1970-01-01 UTC.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (
            !Digits(ref text, 4, out int year)
            || text.Length < 6
            || text[0] is not ((byte)'-' or (byte)'/')
            || text[3] != text[0]
        )
        {
            return false;
        }

        text = text[1..];
        if (!Digits(ref text, 2, out int month))
        {
            return false;
        }

        text = text[1..];
        if (!Digits(ref text, 2, out int day) || !TryDay(year, month, day, out milliseconds))
        {
            return false;
        }

        return text.IsEmpty || (text[0] is (byte)' ' or (byte)'T' or (byte)'t' && TryTime(text[1..], ref milliseconds));
    }

    /// <summary>
    /// Reads a number whose digits are <c>yyyymmdd</c>, <c>yyyymmddhhmm</c> or <c>yyyymmddhhmmss</c>, from 1990 to 2100.
    /// </summary>
    public static bool TryDigits(double number, out long milliseconds)
    {
        milliseconds = 0;
        long digits = (long)number;
        int time = 0;
        int seconds = 0;
        switch (digits)
        {
            case >= 10_000_000 and < 100_000_000:
                break;
            case >= 100_000_000_000 and < 1_000_000_000_000:
                (digits, time) = (digits / 10_000, (int)(digits % 10_000));
                break;
            case >= 10_000_000_000_000 and < 100_000_000_000_000:
                (digits, time, seconds) = (digits / 1_000_000, (int)(digits / 100 % 10_000), (int)(digits % 100));
                break;
            default:
                return false;
        }

        int year = (int)(digits / 10_000);
        if (
            number != Math.Floor(number)
            || year is < FirstYear or > LastYear
            || time / 100 > 23
            || time % 100 > 59
            || seconds > 59
            || !TryDay(year, (int)(digits / 100 % 100), (int)(digits % 100), out milliseconds)
        )
        {
            return false;
        }

        milliseconds += ((time / 100 * 60L + time % 100) * 60 + seconds) * 1000;
        return true;
    }

    private static bool TryDay(int year, int month, int day, out long milliseconds)
    {
        bool exists = year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        milliseconds = exists ? new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() : 0;
        return exists;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, ref long milliseconds)
    {
        if (!Digits(ref text, 2, out int hour) || !Colon(ref text) || !Digits(ref text, 2, out int minute))
        {
            return false;
        }

        int second = 0;
        int thousandths = 0;
        if (Colon(ref text))
        {
            if (!Digits(ref text, 2, out second))
            {
                return false;
            }

            if (!text.IsEmpty && text[0] is (byte)'.' or (byte)',')
            {
                text = text[1..];
                int place = 100;
                for (; !text.IsEmpty && (uint)(text[0] - '0') <= 9; text = text[1..], place /= 10)
                {
                    thousandths += (text[0] - '0') * place;
                }
            }
        }

        if (hour > 23 || minute > 59 || second > 60 || !TryZone(text, out int zone))
        {
            return false;
        }

        milliseconds += ((hour * 60L + minute - zone) * 60 + second) * 1000 + thousandths;
        return true;
    }

    /// <summary>Reads how many minutes a zone is ahead of UTC.</summary>
    private static bool TryZone(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        text = text.TrimStart((byte)' ');
        if (text.IsEmpty || text is [(byte)'Z' or (byte)'z'] || text.SequenceEqual("UTC"u8) || text.SequenceEqual("GMT"u8))
        {
            return true;
        }

        bool behind = text[0] == '-';
        if (!behind && text[0] != '+')
        {
            return false;
        }

        text = text[1..];
        if (!Digits(ref text, 2, out int hours))
        {
            return false;
        }

        Colon(ref text);
        int rest = 0;
        if (hours > 14 || (!text.IsEmpty && (!Digits(ref text, 2, out rest) || !text.IsEmpty)))
        {
            return false;
        }

        minutes = (hours * 60 + rest) * (behind ? -1 : 1);
        return true;
    }

    private static bool Colon(ref ReadOnlySpan<byte> text)
    {
        bool there = !text.IsEmpty && text[0] == ':';
        text = there ? text[1..] : text;
        return there;
    }

    private static bool Digits(ref ReadOnlySpan<byte> text, int count, out int number)
    {
        number = 0;
        if (text.Length < count)
        {
            return false;
        }

        foreach (byte digit in text[..count])
        {
            if ((uint)(digit - '0') > 9)
            {
                return false;
            }

            number = number * 10 + (digit - '0');
        }

        text = text[count..];
        return true;
    }
}
