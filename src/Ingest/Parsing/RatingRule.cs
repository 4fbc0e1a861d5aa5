using System.Buffers.Text;

namespace CranePipeline.Ingest.Parsing;

/// <summary>What a rating may be written as: any finite decimal number; an empty field is no rating.</summary>
internal static class RatingRule
{
    /// <summary>Reads a rating.</summary>
    public static void Read(ReadOnlySpan<byte> text, ref RawRow row)
    {
        // "5", "5.0" and "4.5" are nearly all there is.
        if (
            text.Length is 1 or 3
            && (uint)(text[0] - '0') <= 9
            && (text.Length == 1 || (text[1] == '.' && (uint)(text[2] - '0') <= 9))
        )
        {
            row.Rating = text.Length == 1 || text[2] == '0' ? text[0] - '0' : ((text[0] - '0') * 10 + (text[2] - '0')) / 10f;
            return;
        }

        text = text.Trim(" \t\r"u8);
        if (text.IsEmpty)
        {
            return;
        }

        if (Utf8Parser.TryParse(text, out double value, out int used) && used == text.Length && double.IsFinite(value))
        {
            row.Rating = (float)value;
        }
        else
        {
            row.Fail(LineFault.RatingNotANumber, text);
        }
    }
}
