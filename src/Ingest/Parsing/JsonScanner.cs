using System.Buffers;

namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// Walks over JSON (RFC 8259) without building or decoding anything: strings are jumped over by vectorised search, so that
/// review text costs what reading it from memory costs. It accepts what the standard accepts, and <c>NaN</c> and
/// <c>Infinity</c>, which Python writes.
/// </summary>
internal static class JsonScanner
{
    private const int DeepestNesting = 64;

    // What ends the plain run of a string: its quote, an escape, or a control character, which JSON forbids there.
    private static readonly SearchValues<byte> StringStops = SearchValues.Create([
        .. Enumerable.Range(0, 32).Select(value => (byte)value),
        (byte)'"',
        (byte)'\\',
    ]);

    /// <summary>Moves past white space.</summary>
    public static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while ((uint)at < (uint)text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }
    }

    /// <summary>Moves past a string whose opening quote is at <paramref name="at"/>.</summary>
    /// <param name="text">The line.</param>
    /// <param name="at">The opening quote; afterwards the byte behind the closing one.</param>
    /// <param name="escaped">Whether the string has escapes.</param>
    /// <returns>Whether it is a string.</returns>
    public static bool SkipString(ReadOnlySpan<byte> text, ref int at, out bool escaped)
    {
        escaped = false;
        at++;
        while (true)
        {
            int plain = at < text.Length ? text[at..].IndexOfAny(StringStops) : -1;
            if (plain < 0)
            {
                return false;
            }

            at += plain;
            if (text[at] == '"')
            {
                at++;
                return true;
            }

            if (text[at] != '\\' || at + 1 >= text.Length)
            {
                return false;
            }

            escaped = true;
            switch (text[at + 1])
            {
                case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                    at += 2;
                    break;
                case (byte)'u' when at + 6 <= text.Length && IsHex(text.Slice(at + 2, 4)):
                    at += 6;
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Moves past any value.</summary>
    public static bool SkipValue(ReadOnlySpan<byte> text, ref int at, int depth = 0)
    {
        if (at >= text.Length)
        {
            return false;
        }

        return text[at] switch
        {
            (byte)'"' => SkipString(text, ref at, out _),
            (byte)'{' => depth < DeepestNesting && SkipMembers(text, ref at, depth),
            (byte)'[' => depth < DeepestNesting && SkipElements(text, ref at, depth),
            (byte)'t' => SkipWord(text, ref at, "true"u8),
            (byte)'f' => SkipWord(text, ref at, "false"u8),
            (byte)'n' => SkipWord(text, ref at, "null"u8),
            (byte)'N' => SkipWord(text, ref at, "NaN"u8),
            (byte)'I' => SkipWord(text, ref at, "Infinity"u8),
            _ => SkipNumber(text, ref at),
        };
    }

    private static bool SkipMembers(ReadOnlySpan<byte> text, ref int at, int depth)
    {
        at++;
        SkipSpace(text, ref at);
        if (at < text.Length && text[at] == '}')
        {
            at++;
            return true;
        }

        while (true)
        {
            if (at >= text.Length || text[at] != '"' || !SkipString(text, ref at, out _))
            {
                return false;
            }

            SkipSpace(text, ref at);
            if (at >= text.Length || text[at++] != ':')
            {
                return false;
            }

            SkipSpace(text, ref at);
            if (!SkipValue(text, ref at, depth + 1))
            {
                return false;
            }

            if (!Continues(text, ref at, (byte)'}', out bool more))
            {
                return false;
            }

            if (!more)
            {
                return true;
            }
        }
    }

    private static bool SkipElements(ReadOnlySpan<byte> text, ref int at, int depth)
    {
        at++;
        SkipSpace(text, ref at);
        if (at < text.Length && text[at] == ']')
        {
            at++;
            return true;
        }

        while (true)
        {
            if (!SkipValue(text, ref at, depth + 1) || !Continues(text, ref at, (byte)']', out bool more))
            {
                return false;
            }

            if (!more)
            {
                return true;
            }
        }
    }

    /// <summary>Moves past a comma and the space around it (more follows) or past the closing bracket.</summary>
    public static bool Continues(ReadOnlySpan<byte> text, ref int at, byte close, out bool more)
    {
        more = false;
        SkipSpace(text, ref at);
        if (at >= text.Length)
        {
            return false;
        }

        byte next = text[at++];
        if (next == close)
        {
            return true;
        }

        more = next == ',';
        SkipSpace(text, ref at);
        return more;
    }

    private static bool SkipNumber(ReadOnlySpan<byte> text, ref int at)
    {
        if (at < text.Length && text[at] == '-')
        {
            at++;
            if (at < text.Length && text[at] == 'I')
            {
                return SkipWord(text, ref at, "Infinity"u8);
            }
        }

        int first = at;
        if (!SkipDigits(text, ref at) || (text[first] == '0' && at > first + 1))
        {
            return false;
        }

        if (at < text.Length && text[at] == '.')
        {
            at++;
            if (!SkipDigits(text, ref at))
            {
                return false;
            }
        }

        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
            {
                at++;
            }

            return SkipDigits(text, ref at);
        }

        return true;
    }

    private static bool SkipDigits(ReadOnlySpan<byte> text, ref int at)
    {
        int first = at;
        while (at < text.Length && (uint)(text[at] - '0') <= 9)
        {
            at++;
        }

        return at > first;
    }

    private static bool SkipWord(ReadOnlySpan<byte> text, ref int at, ReadOnlySpan<byte> word)
    {
        bool there = text[at..].StartsWith(word);
        at += word.Length;
        return there;
    }

    private static bool IsHex(ReadOnlySpan<byte> digits)
    {
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }
        }

        return true;
    }
}
