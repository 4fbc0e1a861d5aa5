using System.Text;

namespace CranePipeline.Operations;

/// <summary>Text in which no control character reaches a terminal.</summary>
internal static class Printable
{
    /// <summary>
    /// The text with control characters, and those that turn the direction of writing, as <c>\u001b</c>. Line ends are kept where
    /// <paramref name="keepLines"/> says so.
    /// </summary>
    public static string Escape(string text, bool keepLines = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        int first = 0;
        while (first < text.Length && !IsEscaped(text[first], keepLines))
        {
            first++;
        }

        if (first == text.Length)
        {
            return text;
        }

        var escaped = new StringBuilder(text, 0, first, text.Length + 16);
        foreach (char each in text.AsSpan(first))
        {
            if (IsEscaped(each, keepLines))
            {
                escaped.Append($"\\u{(int)each:x4}");
            }
            else
            {
                escaped.Append(each);
            }
        }

        return escaped.ToString();
    }

    private static bool IsEscaped(char each, bool keepLines) =>
        each is '\n' or '\t'
            ? !keepLines && each == '\n'
            : char.IsControl(each)
                || each is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}

/// <summary>Passes text on with control characters escaped, line ends and tabs aside.</summary>
internal sealed class PrintableWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => inner.Write(Printable.Escape(value.ToString(), keepLines: true));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value) => inner.Write(Printable.Escape(value ?? string.Empty, keepLines: true));

    public override void WriteLine() => inner.WriteLine();

    public override void WriteLine(string? value) => inner.WriteLine(Printable.Escape(value ?? string.Empty, keepLines: true));

    public override void Flush() => inner.Flush();
}
