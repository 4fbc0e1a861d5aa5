using System.Text;

namespace CranePipeline.SampleData;

/// <summary>Collects a line of JSON or of a Python dict and hands whole lines on to a gzip archive.</summary>
internal sealed class LineWriter(DeterministicGzip archive)
{
    private readonly StringBuilder line = new();
    private byte[] bytes = new byte[1 << 16];

    /// <summary>Appends characters as they stand.</summary>
    public LineWriter Raw(string text)
    {
        line.Append(text);
        return this;
    }

    /// <summary>Appends a number as it stands in both notations.</summary>
    public LineWriter Number(long value)
    {
        line.Append(System.Globalization.CultureInfo.InvariantCulture, $"{value}");
        return this;
    }

    /// <summary>Appends a JSON string as Python's <c>json.dumps</c> writes it: double quotes, everything beyond ASCII escaped.</summary>
    public LineWriter Json(string text)
    {
        line.Append('"');
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '"' or '\\' => line.Append('\\').Append(letter),
                '\n' => line.Append("\\n"),
                '\t' => line.Append("\\t"),
                < ' ' or > '~' => line.Append("\\u").Append(((int)letter).ToString("x4", null)),
                _ => line.Append(letter),
            };
        }

        line.Append('"');
        return this;
    }

    /// <summary>Appends a string as Python's <c>repr</c> writes it: single quotes unless only those occur within.</summary>
    public LineWriter Python(string text)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        line.Append(quote);
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '\\' => line.Append("\\\\"),
                '\n' => line.Append("\\n"),
                '\t' => line.Append("\\t"),
                _ when letter == quote => line.Append('\\').Append(letter),
                > '\xFF' => line.Append("\\u").Append(((int)letter).ToString("x4", null)),
                < ' ' or > '~' => line.Append("\\x").Append(((int)letter).ToString("x2", null)),
                _ => line.Append(letter),
            };
        }

        line.Append(quote);
        return this;
    }

    /// <summary>Ends the line and writes it: whole, or cut short after the given share of it.</summary>
    public void End(double share = 1)
    {
        if (share < 1)
        {
            line.Length = (int)(line.Length * share);
        }

        line.Append('\n');
        int most = Encoding.UTF8.GetMaxByteCount(line.Length);
        if (most > bytes.Length)
        {
            bytes = new byte[most];
        }

        int length = 0;
        foreach (ReadOnlyMemory<char> chunk in line.GetChunks())
        {
            length += Encoding.UTF8.GetBytes(chunk.Span, bytes.AsSpan(length));
        }

        archive.Write(new ArraySegment<byte>(bytes, 0, length));
        line.Clear();
    }
}
