using System.Globalization;
using System.Text;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>Spells values in Spark SQL.</summary>
internal static class Sql
{
    /// <summary>A string literal; Spark reads a backslash as the beginning of an escape.</summary>
    public static string Text(string value)
    {
        StringBuilder text = new("'");
        foreach (char letter in value)
        {
            text.Append(
                letter switch
                {
                    '\'' => "\\'",
                    '\\' => "\\\\",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    < ' ' or '\u007f' or '\ufeff' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}"),
                    _ => letter.ToString(),
                }
            );
        }

        return text.Append('\'').ToString();
    }

    /// <summary>A name that may be any text.</summary>
    public static string Name(string value) => $"`{value.Replace("`", "``", StringComparison.Ordinal)}`";

    /// <summary>A number of double precision, exactly.</summary>
    public static string Double(double value) => $"CAST('{value.ToString("R", CultureInfo.InvariantCulture)}' AS DOUBLE)";

    /// <summary>A regular expression that matches just this text, for Java's dialect and others.</summary>
    public static string Pattern(string text)
    {
        StringBuilder pattern = new();
        foreach (char letter in text)
        {
            pattern
                .Append(char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '\t' or ',' or ':' or ';' ? "" : "\\")
                .Append(letter);
        }

        return pattern.ToString();
    }
}
