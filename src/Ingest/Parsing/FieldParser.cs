using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Ratings, times and labels from their bytes.</summary>
internal static class FieldParser
{
    // Nothing was for sale on the web before 1990; seconds up to 2100, or the same in milliseconds.
    private const long FirstSecond = 631_152_000;
    private const long LastSecond = 4_102_444_800;

    /// <summary>Reads a rating; an empty one is none.</summary>
    public static LineFault Rating(ReadOnlySpan<byte> text, ref Row row)
    {
        // "5", "5.0" and "4.5" are nearly all there is.
        if (
            text.Length is 1 or 3
            && (uint)(text[0] - '0') <= 9
            && (text.Length == 1 || (text[1] == '.' && (uint)(text[2] - '0') <= 9))
        )
        {
            // Dividing takes its time, and the tenths are nearly always none.
            row.Rating = text.Length == 1 || text[2] == '0' ? text[0] - '0' : ((text[0] - '0') * 10 + (text[2] - '0')) / 10f;
            return LineFault.None;
        }

        text = Trim(text);
        if (text.IsEmpty)
        {
            return LineFault.None;
        }

        if (!Utf8Parser.TryParse(text, out double value, out int used) || used != text.Length || !double.IsFinite(value))
        {
            return LineFault.RatingNotANumber;
        }

        row.Rating = (float)value;
        return LineFault.None;
    }

    /// <summary>Reads Unix seconds or milliseconds; an empty one is none.</summary>
    public static LineFault Timestamp(ReadOnlySpan<byte> text, ref Row row)
    {
        // Ten digits are the seconds of any day since 2001.
        if (text.Length == 10 && EightDigits(text, out uint eight) && (uint)(text[8] - '0') <= 9 && (uint)(text[9] - '0') <= 9)
        {
            return Timestamp(eight * 100L + (uint)(text[8] - '0') * 10 + (uint)(text[9] - '0'), ref row);
        }

        text = Trim(text);
        if (text.IsEmpty)
        {
            return LineFault.None;
        }

        long value = 0;
        bool plain = text.Length <= 18;
        for (int index = 0; plain && index < text.Length; index++)
        {
            uint digit = (uint)(text[index] - '0');
            plain = digit <= 9;
            value = value * 10 + digit;
        }

        if (!plain)
        {
            if (!Utf8Parser.TryParse(text, out double number, out int used) || used != text.Length || double.IsNaN(number))
            {
                return LineFault.TimestampNotANumber;
            }

            value = (long)Math.Clamp(number, -1e17, 1e17);
        }

        return Timestamp(value, ref row);
    }

    private static LineFault Timestamp(long value, ref Row row)
    {
        if (value is >= FirstSecond and <= LastSecond)
        {
            row.Timestamp = value * 1000;
        }
        else if (value is >= FirstSecond * 1000 and <= LastSecond * 1000)
        {
            row.Timestamp = value;
        }
        else
        {
            row.ImplausibleTimestamp = true;
        }

        return LineFault.None;
    }

    /// <summary>Reads the first eight bytes as a decimal number, all digits at once: neighbours are joined to pairs, fours and eights.</summary>
    internal static bool EightDigits(ReadOnlySpan<byte> text, out uint value)
    {
        ulong digits = BinaryPrimitives.ReadUInt64LittleEndian(text) - 0x3030303030303030;
        // A byte below '0' borrows and one above '9' carries, into a bit that digits never have.
        bool plain = ((digits | (digits + 0x7676767676767676)) & 0x8080808080808080) == 0;
        digits = (digits * 10 + (digits >> 8)) & 0x00FF00FF00FF00FF;
        digits = (digits * 100 + (digits >> 16)) & 0x0000FFFF0000FFFF;
        value = (uint)(digits * 10_000 + (digits >> 32));
        return plain;
    }

    /// <summary>Puts a written-out day ("09 4, 2015") in place of a time that cannot be one.</summary>
    public static void RepairTimestamp(ReadOnlySpan<byte> day, ref Row row)
    {
        Span<char> text = stackalloc char[16];
        if (day.Length is < 8 or > 16)
        {
            return;
        }

        for (int index = 0; index < day.Length; index++)
        {
            text[index] = (char)day[index];
        }

        if (
            DateTime.TryParseExact(
                text[..day.Length],
                "M d, yyyy",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTime date
            )
        )
        {
            long seconds = new DateTimeOffset(date).ToUnixTimeSeconds();
            if (seconds is >= FirstSecond and <= LastSecond)
            {
                row.Timestamp = seconds * 1000;
                row.RepairedTimestamp = true;
            }
        }
    }

    /// <summary>Without spaces at either end.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r"u8);
}
