using System.Globalization;
using System.Text;

namespace CranePipeline.Ingest.Metadata;

/// <summary>
/// Reads one line of metadata of any Amazon release. The whole line is walked over once, noting where the members of
/// interest lie; only a wanted item's are decoded.
/// </summary>
internal sealed class MetadataLine(WantedItems wanted)
{
    private const int LongestId = 1024;

    /// <summary>The item, or null where the line is at fault or its item not wanted.</summary>
    public ItemMetadata? Parse(ReadOnlySpan<byte> line, out LineFault fault)
    {
        Span<Range> fields = stackalloc Range[(int)MetadataField.Count];
        if (!Walk(line, fields))
        {
            fault = LineFault.Malformed;
            return null;
        }

        ReadOnlySpan<byte> id = line[fields[(int)MetadataField.ParentAsin]];
        id = IsText(id) ? id : line[fields[(int)MetadataField.Asin]];
        if (!IsText(id) || id.Length <= 2)
        {
            fault = LineFault.EmptyItem;
            return null;
        }

        if (id.Length > LongestId)
        {
            fault = LineFault.LongId;
            return null;
        }

        fault = LineFault.None;
        string? asin = wanted.Find(id);
        if (asin is null)
        {
            return null;
        }

        bool sound = true;
        List<string> lines = [];
        List<string> categories = [];
        sound &= Collect(line[fields[(int)MetadataField.Category]], categories);
        if (categories.Count == 0)
        {
            sound &= Collect(line[fields[(int)MetadataField.MainCategory]], categories);
        }

        sound &= Collect(line[fields[(int)MetadataField.Title]], lines);
        string? title = Join(lines);
        sound &= Collect(line[fields[(int)MetadataField.Brand]], lines);
        if (lines.Count == 0)
        {
            sound &= Collect(line[fields[(int)MetadataField.Store]], lines);
        }

        string? brand = Join(lines);
        sound &= Collect(line[fields[(int)MetadataField.Description]], lines);
        sound &= Collect(line[fields[(int)MetadataField.Features]], lines);
        string? description = Join(lines);
        double? price = Price(line[fields[(int)MetadataField.Price]]);
        if (!sound)
        {
            fault = LineFault.Malformed;
            return null;
        }

        return new ItemMetadata(asin, title, brand, Distinct(categories), description, price);
    }

    private static bool Walk(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        int at = 0;
        fields.Fill(0..0);
        LiteralScanner.SkipSpace(line, ref at);
        if (at >= line.Length || line[at++] != '{')
        {
            return false;
        }

        LiteralScanner.SkipSpace(line, ref at);
        bool more = at >= line.Length || line[at] != '}';
        at += more ? 0 : 1;
        while (more)
        {
            int name = at;
            if (!LiteralScanner.SkipString(line, ref at))
            {
                return false;
            }

            MetadataField field = FieldOf(line[name..at]);
            if (!LiteralScanner.SkipColon(line, ref at))
            {
                return false;
            }

            int value = at;
            if (!LiteralScanner.SkipValue(line, ref at))
            {
                return false;
            }

            if (field != MetadataField.None)
            {
                fields[(int)field] = value..at;
            }

            if (!LiteralScanner.Continues(line, ref at, (byte)'}', out more))
            {
                return false;
            }
        }

        LiteralScanner.SkipSpace(line, ref at);
        return at == line.Length;
    }

    private static MetadataField FieldOf(ReadOnlySpan<byte> literal)
    {
        ReadOnlySpan<byte> name = literal[(literal[0] is (byte)'\'' or (byte)'"' ? 1 : 2)..^1];
        return name.Length switch
        {
            4 when name.SequenceEqual("asin"u8) => MetadataField.Asin,
            5 when name.SequenceEqual("title"u8) => MetadataField.Title,
            5 when name.SequenceEqual("brand"u8) => MetadataField.Brand,
            5 when name.SequenceEqual("store"u8) => MetadataField.Store,
            5 when name.SequenceEqual("price"u8) => MetadataField.Price,
            7 when name.SequenceEqual("feature"u8) => MetadataField.Features,
            8 when name.SequenceEqual("features"u8) => MetadataField.Features,
            8 when name.SequenceEqual("category"u8) => MetadataField.Category,
            8 when name.SequenceEqual("main_cat"u8) => MetadataField.MainCategory,
            10 when name.SequenceEqual("categories"u8) => MetadataField.Category,
            11 when name.SequenceEqual("description"u8) => MetadataField.Description,
            11 when name.SequenceEqual("parent_asin"u8) => MetadataField.ParentAsin,
            13 when name.SequenceEqual("main_category"u8) => MetadataField.MainCategory,
            _ => MetadataField.None,
        };
    }

    private static bool IsText(ReadOnlySpan<byte> value) =>
        value.Length > 1 && value[0] is (byte)'\'' or (byte)'"' or (byte)'u' or (byte)'b' && value[^1] is (byte)'\'' or (byte)'"';

    /// <summary>
    /// Adds the strings of a string or of lists of any depth, without the blank ones; false where one cannot be decoded.
    /// </summary>
    private static bool Collect(ReadOnlySpan<byte> value, List<string> strings)
    {
        int at = 0;
        while (at < value.Length)
        {
            int start = at;
            switch (value[at])
            {
                case (byte)'[' or (byte)']' or (byte)'(' or (byte)')' or (byte)',' or (byte)' ' or (byte)'\t' or (byte)'\r':
                    at++;
                    break;
                case (byte)'\'' or (byte)'"' or (byte)'u' or (byte)'b':
                    LiteralScanner.SkipString(value, ref at);
                    string? text = LiteralText.Decode(value[start..at])?.Trim();
                    if (text is null)
                    {
                        return false;
                    }

                    if (text.Length > 0)
                    {
                        strings.Add(text);
                    }

                    break;
                default:
                    // A number as a title or a brand is its digits; None and the like say nothing.
                    LiteralScanner.SkipValue(value, ref at);
                    if (at == start)
                    {
                        return false;
                    }

                    if (char.IsAsciiDigit((char)value[start]))
                    {
                        strings.Add(Encoding.UTF8.GetString(value[start..at]));
                    }

                    break;
            }
        }

        return true;
    }

    private static string? Join(List<string> lines)
    {
        string? text = lines.Count == 0 ? null : string.Join('\n', lines);
        lines.Clear();
        return text;
    }

    private static List<string> Distinct(List<string> categories)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        categories.RemoveAll(category => !seen.Add(category));
        return categories;
    }

    private static double? Price(ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> text = IsText(value) ? value[1..^1].Trim((byte)' ').TrimStart((byte)'$') : value;
        return
            double.TryParse(
                text,
                NumberStyles.Float | NumberStyles.AllowThousands,
                CultureInfo.InvariantCulture,
                out double price
            )
            && price >= 0
            && double.IsFinite(price)
            ? price
            : null;
    }
}
