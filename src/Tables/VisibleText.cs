using System.Globalization;
using System.Text;

namespace CranePipeline.Tables;

/// <summary>
/// Text that came from outside (ids, titles, names of files, reasons of servers), fit to be shown: whatever a terminal or a page would obey
/// rather than print is written as its escape, <c>\u001B</c>.
/// </summary>
public static class VisibleText
{
    /// <summary>The text with its control characters, line breaks, marks of direction and halves of characters escaped.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = 0;
        while (first < text.Length && !IsHidden(text, first))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var shown = new StringBuilder(text, 0, first, text.Length + 16);
        for (int place = first; place < text.Length; place++)
        {
            char letter = text[place];
            if (!IsHidden(text, place))
            {
                shown.Append(letter);
            }
            else
            {
                _ = letter switch
                {
                    '\t' => shown.Append("\\t"),
                    '\n' => shown.Append("\\n"),
                    '\r' => shown.Append("\\r"),
                    _ => shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}"),
                };
            }
        }

        return shown.ToString();
    }

    private static bool IsHidden(string text, int place)
    {
        char letter = text[place];
        if (letter < '\u007F')
        {
            return letter < ' ';
        }

        return char.IsSurrogate(letter)
            ? !IsInPair(text, place)
            : char.IsControl(letter)
                // Line and paragraph separators, marks and overrides of direction (Unicode Standard Annex 9), and the byte order mark.
                || letter is '\u2028' or '\u2029' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E')
                || letter is (>= '\u2066' and <= '\u2069') or '\uFEFF';
    }

    private static bool IsInPair(string text, int place) =>
        char.IsHighSurrogate(text[place])
            ? place + 1 < text.Length && char.IsLowSurrogate(text[place + 1])
            : place > 0 && char.IsHighSurrogate(text[place - 1]);
}
