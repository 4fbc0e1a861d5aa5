using System.Buffers;
using System.Globalization;
using System.Text;

namespace CranePipeline.Tables;

/// <summary>
/// Exports to comma-separated text (RFC 4180, section 2) with a heading line, lines ended by LF, an empty cell for no value.
/// </summary>
internal static class CsvWriter
{
    private const int RowsBetweenLooks = 1 << 12;
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    // What Excel, LibreOffice and Google Sheets take for the beginning of a formula, or drop before looking for one.
    private static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    public static long Write(string path, ExportTable table, bool neutralizeFormulas, CancellationToken cancellation)
    {
        long neutralized = 0;
        WholeFile.Write(
            path,
            stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
                writer.WriteLine(string.Join(',', table.Columns.SelectMany(NamesOf).Select(Quoted)));
                for (int row = 0; row < table.RowCount; row++)
                {
                    if (row % RowsBetweenLooks == 0)
                    {
                        cancellation.ThrowIfCancellationRequested();
                    }

                    for (int column = 0; column < table.Columns.Count; column++)
                    {
                        if (column > 0)
                        {
                            writer.Write(',');
                        }

                        neutralized += Cell(writer, table.Columns[column], row, neutralizeFormulas) ? 1 : 0;
                    }

                    writer.Write('\n');
                }
            }
        );
        return neutralized;
    }

    private static IEnumerable<string> NamesOf(ExportColumn column) =>
        column is VectorColumn vectors
            ? Enumerable
                .Range(0, vectors.Width)
                .Select(index => string.Create(CultureInfo.InvariantCulture, $"{vectors.Name}_{index}"))
            : [column.Name];

    private static bool Cell(StreamWriter writer, ExportColumn column, int row, bool neutralizeFormulas)
    {
        switch (column)
        {
            case TextColumn text:
                string value = text.Of(row) ?? string.Empty;
                bool isFormula = neutralizeFormulas && IsFormula(value);
                writer.Write(Quoted(isFormula ? "'" + value : value));
                return isFormula;
            case ValueColumn<int> numbers:
                Number(writer, numbers.Values[row]);
                break;
            case ValueColumn<long> numbers:
                Number(writer, numbers.Values[row]);
                break;
            case ValueColumn<float> numbers:
                Number(writer, numbers.Values[row]);
                break;
            case ValueColumn<bool> flags:
                writer.Write(flags.Values[row] is { } flag ? (flag ? "true" : "false") : string.Empty);
                break;
            case VectorColumn vectors:
                for (int index = 0; index < vectors.Width; index++)
                {
                    if (index > 0)
                    {
                        writer.Write(',');
                    }

                    Number<float>(writer, vectors.Values[(row * vectors.Width) + index]);
                }

                break;
        }

        return false;
    }

    private static bool IsFormula(string text) =>
        text.Length > 0
        && Formula.Contains(text[0])
        && !double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out _
        );

    private static void Number<T>(StreamWriter writer, T? value)
        where T : struct, ISpanFormattable
    {
        Span<char> text = stackalloc char[32];
        if (value is { } number && number.TryFormat(text, out int length, default, CultureInfo.InvariantCulture))
        {
            writer.Write(text[..length]);
        }
    }

    private static string Quoted(string text) =>
        text.AsSpan().ContainsAny(Special) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
