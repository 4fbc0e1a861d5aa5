using System.Buffers;

namespace CranePipeline.Ingest.Metadata;

/// <summary>
/// Walks over a value written as a Python literal or as JSON, without decoding or allocating. The two notations are read
/// by one grammar, as JSON is a Python literal but for its words <c>true</c>, <c>false</c>, <c>null</c>.
/// </summary>
internal static class LiteralScanner
{
    private const int DeepestNesting = 64;

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eEjJL_xXabcdefABCDF"u8);

    /// <summary>Moves past white space.</summary>
    public static void SkipSpace(ReadOnlySpan<byte> text, ref int at)
    {
        while ((uint)at < (uint)text.Length && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r')
        {
            at++;
        }
    }

    /// <summary>
    /// Moves past a string, its prefix (<c>u</c>, <c>b</c>) and quotes included; false where there is none or it does not end.
    /// </summary>
    public static bool SkipString(ReadOnlySpan<byte> text, ref int at)
    {
        if (at < text.Length && text[at] is (byte)'u' or (byte)'U' or (byte)'b' or (byte)'B')
        {
            at++;
        }

        if (at >= text.Length || text[at] is not ((byte)'\'' or (byte)'"'))
        {
            return false;
        }

        byte quote = text[at++];
        while (true)
        {
            int stop = text[at..].IndexOfAny(quote, (byte)'\\');
            if (stop < 0)
            {
                return false;
            }

            at += stop + 1;
            if (text[at - 1] == quote)
            {
                return true;
            }

            // The escaped byte, whatever it is, neither ends the string nor begins another escape.
            if (++at > text.Length)
            {
                return false;
            }
        }
    }

    /// <summary>Moves past any value; false where the text is none.</summary>
    public static bool SkipValue(ReadOnlySpan<byte> text, ref int at, int depth = 0)
    {
        if ((uint)at >= (uint)text.Length || depth > DeepestNesting)
        {
            return false;
        }

        return text[at] switch
        {
            (byte)'\'' or (byte)'"' or (byte)'u' or (byte)'b' => SkipString(text, ref at),
            (byte)'[' => SkipElements(text, ref at, (byte)']', depth),
            (byte)'(' => SkipElements(text, ref at, (byte)')', depth),
            (byte)'{' => SkipMembers(text, ref at, depth),
            (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'+' or (byte)'.' => SkipNumber(text, ref at),
            _ => SkipWord(text, ref at),
        };
    }

    /// <summary>Moves past a comma or the closing bracket; a comma before the bracket, which Python allows, ends as well.</summary>
    public static bool Continues(ReadOnlySpan<byte> text, ref int at, byte close, out bool more)
    {
        more = false;
        SkipSpace(text, ref at);
        if (at < text.Length && text[at] == ',')
        {
            at++;
            SkipSpace(text, ref at);
            more = at < text.Length && text[at] != close;
            at += more ? 0 : 1;
            return at <= text.Length;
        }

        return at < text.Length && text[at++] == close;
    }

    private static bool SkipElements(ReadOnlySpan<byte> text, ref int at, byte close, int depth)
    {
        at++;
        SkipSpace(text, ref at);
        if (at < text.Length && text[at] == close)
        {
            at++;
            return true;
        }

        bool more = true;
        while (more)
        {
            if (!SkipValue(text, ref at, depth + 1) || !Continues(text, ref at, close, out more))
            {
                return false;
            }
        }

        return true;
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

        bool more = true;
        while (more)
        {
            if (!SkipValue(text, ref at, depth + 1) || !SkipColon(text, ref at))
            {
                return false;
            }

            if (!SkipValue(text, ref at, depth + 1) || !Continues(text, ref at, (byte)'}', out more))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Moves past a colon and the space around it.</summary>
    public static bool SkipColon(ReadOnlySpan<byte> text, ref int at)
    {
        SkipSpace(text, ref at);
        bool there = at < text.Length && text[at++] == ':';
        SkipSpace(text, ref at);
        return there;
    }

    private static bool SkipNumber(ReadOnlySpan<byte> text, ref int at)
    {
        if (
            text[at] is (byte)'-' or (byte)'+'
            && at + 1 < text.Length
            && text[at + 1] is (byte)'i' or (byte)'I' or (byte)'n' or (byte)'N'
        )
        {
            at++;
            return SkipWord(text, ref at);
        }

        int length = text[at..].IndexOfAnyExcept(NumberBytes);
        at = length < 0 ? text.Length : at + length;
        return true;
    }

    private static bool SkipWord(ReadOnlySpan<byte> text, ref int at)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiLetter((char)text[at]))
        {
            at++;
        }

        ReadOnlySpan<byte> word = text[start..at];
        return word.SequenceEqual("None"u8)
            || word.SequenceEqual("True"u8)
            || word.SequenceEqual("False"u8)
            || word.SequenceEqual("null"u8)
            || word.SequenceEqual("true"u8)
            || word.SequenceEqual("false"u8)
            || word.SequenceEqual("nan"u8)
            || word.SequenceEqual("NaN"u8)
            || word.SequenceEqual("inf"u8)
            || word.SequenceEqual("Infinity"u8);
    }
}
