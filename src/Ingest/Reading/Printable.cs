using System.Globalization;
using System.Text;

namespace CranePipeline.Ingest.Reading;

/// <summary>Text from files as it may be echoed.</summary>
internal static class Printable
{
    private const int UsualLength = 60;

    /// <summary>The beginning of a text, its control characters written as escapes.</summary>
    /// <param name="utf8">The text; bytes that are not UTF-8 become replacement characters.</param>
    /// <param name="longest">Most bytes to look at.</param>
    public static string Of(ReadOnlySpan<byte> utf8, int longest = UsualLength)
    {
        string text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, longest)]);
        if (utf8.Length > longest)
        {
            text += "…";
        }

        if (!text.Any(char.IsControl))
        {
            return text;
        }

        StringBuilder shown = new();
        foreach (char letter in text)
        {
            shown.Append(
                char.IsControl(letter) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}") : letter.ToString()
            );
        }

        return shown.ToString();
    }
}
