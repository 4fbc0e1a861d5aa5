namespace CranePipeline.Ingest.Parsing;

/// <summary>The words that Python's <c>json</c> writes for numbers which JSON does not have.</summary>
internal static class PythonNumbers
{
    /// <summary>Puts <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> into quotes wherever they stand outside of strings.</summary>
    /// <param name="line">A line.</param>
    /// <param name="quoted">The line with quotes.</param>
    /// <returns>Whether there was such a word.</returns>
    public static bool TryQuote(ReadOnlySpan<byte> line, out byte[] quoted)
    {
        List<byte> text = new(line.Length + 16);
        bool found = false;
        bool inString = false;
        for (int at = 0; at < line.Length; )
        {
            int word = inString ? 0 : WordAt(line[at..]);
            if (word > 0)
            {
                text.Add((byte)'"');
                text.AddRange(line.Slice(at, word));
                text.Add((byte)'"');
                found = true;
                at += word;
                continue;
            }

            if (inString && line[at] == '\\' && at + 1 < line.Length)
            {
                text.Add(line[at++]);
            }
            else if (line[at] == '"')
            {
                inString = !inString;
            }

            text.Add(line[at++]);
        }

        quoted = found ? [.. text] : [];
        return found;
    }

    private static int WordAt(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3
        : text.StartsWith("Infinity"u8) ? 8
        : text.StartsWith("-Infinity"u8) ? 9
        : 0;
}
