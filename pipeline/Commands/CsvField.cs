using System.Buffers;
using System.Globalization;

namespace CranePipeline.Commands;

/// <summary>A field of a CSV file (RFC 4180, section 2), safe to open in a spreadsheet where that is wanted.</summary>
internal static class CsvField
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    // What begins a formula (OWASP, CSV Injection), the full-width forms among them, which some spreadsheets take for the narrow ones.
    private static readonly SearchValues<char> FormulaStarts = SearchValues.Create("=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20");

    /// <summary>Whether a spreadsheet may run the text instead of showing it. Plain numbers are what they are.</summary>
    public static bool IsFormula(string text) =>
        text.Length > 0
        && FormulaStarts.Contains(text[0])
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>The text as a field.</summary>
    /// <param name="text">The text.</param>
    /// <param name="neutralizeFormulas">Whether an apostrophe goes before what would be a formula.</param>
    public static string Of(string text, bool neutralizeFormulas)
    {
        string shown = neutralizeFormulas && IsFormula(text) ? "'" + text : text;
        return shown.AsSpan().ContainsAny(Special) ? $"\"{shown.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : shown;
    }
}
