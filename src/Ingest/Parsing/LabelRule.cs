using System.Globalization;
using System.Text;

namespace CranePipeline.Ingest.Parsing;

/// <summary>
/// Which part of a published split a label means: what <see cref="LabelMap"/> lists, whatever the letter case, and whole numbers
/// written as decimals (<c>0.0</c>), which is what becomes of whole numbers in a column with gaps. An empty field is no label.
/// </summary>
internal sealed class LabelRule
{
    private const int LongestLabel = 64;
    private readonly Dictionary<string, byte> labels = new(StringComparer.OrdinalIgnoreCase);

    public LabelRule(LabelMap map)
    {
        Add(map.Train, 0);
        Add(map.Valid, 1);
        Add(map.Test, 2);
    }

    /// <summary>Reads a label.</summary>
    public void Read(ReadOnlySpan<byte> text, ref RawRow row)
    {
        text = text.Trim(" \t\r"u8);
        if (text.IsEmpty)
        {
            return;
        }

        Span<char> letters = stackalloc char[LongestLabel];
        if (text.Length <= LongestLabel && Encoding.UTF8.TryGetChars(text, letters, out int count))
        {
            Dictionary<string, byte>.AlternateLookup<ReadOnlySpan<char>> known = labels.GetAlternateLookup<ReadOnlySpan<char>>();
            ReadOnlySpan<char> label = letters[..count];
            if (known.TryGetValue(label, out byte part) || known.TryGetValue(WithoutZeros(label), out part))
            {
                row.Label = part;
                return;
            }
        }

        row.Fail(LineFault.UnknownLabel, text);
    }

    /// <summary>"2" for "2.0" or "2.00"; anything else as it is.</summary>
    private static ReadOnlySpan<char> WithoutZeros(ReadOnlySpan<char> label)
    {
        int point = label.IndexOf('.');
        return
            point > 0
            && label[(point + 1)..].Trim('0').IsEmpty
            && int.TryParse(label[..point], CultureInfo.InvariantCulture, out _)
            ? label[..point]
            : label;
    }

    private void Add(IReadOnlyList<string> values, byte part)
    {
        foreach (string value in values)
        {
            labels[value] = part;
        }
    }
}
