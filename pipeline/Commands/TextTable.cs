using System.Text;

namespace CranePipeline.Commands;

/// <summary>A table for a terminal or a file: columns aligned, the first to the left, numbers to the right.</summary>
internal static class TextTable
{
    /// <summary>The table's lines, each with a line end.</summary>
    /// <param name="header">A name a column.</param>
    /// <param name="rows">The cells, a row after the other, each as long as the header.</param>
    /// <param name="isText">Whether a column is text, which stands to the left.</param>
    public static string Write(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows, Func<int, bool> isText)
    {
        int[] widths = [.. header.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max())];
        var text = new StringBuilder();
        foreach (IReadOnlyList<string> row in rows.Prepend(header))
        {
            var line = new StringBuilder();
            for (int column = 0; column < widths.Length; column++)
            {
                line.Append(column == 0 ? string.Empty : "  ")
                    .Append(isText(column) ? row[column].PadRight(widths[column]) : row[column].PadLeft(widths[column]));
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
