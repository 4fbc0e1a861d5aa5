using System.Text;
using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Parsing;

/// <summary>Labels by the bytes they are written with.</summary>
internal sealed class LabelParser
{
    private readonly Dictionary<string, byte> labels = new(StringComparer.OrdinalIgnoreCase);

    public LabelParser(LabelMap map)
    {
        Add(map.Train, 0);
        Add(map.Valid, 1);
        Add(map.Test, 2);
    }

    public LineFault Parse(ReadOnlySpan<byte> text, ref Row row)
    {
        text = FieldParser.Trim(text);
        if (text.IsEmpty)
        {
            return LineFault.None;
        }

        Span<char> letters = stackalloc char[32];
        if (
            text.Length <= letters.Length
            && Encoding.UTF8.TryGetChars(text, letters, out int count)
            && labels.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters[..count], out row.Label)
        )
        {
            return LineFault.None;
        }

        row.Label = Row.NoLabel;
        return LineFault.UnknownLabel;
    }

    private void Add(IReadOnlyList<string> values, byte part)
    {
        foreach (string value in values)
        {
            labels[value] = part;
        }
    }
}
