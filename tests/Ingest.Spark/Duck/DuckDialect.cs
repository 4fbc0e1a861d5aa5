using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CranePipeline.Ingest.Spark.Tests.Duck;

/// <summary>
/// All that DuckDB says otherwise than Spark. What is left of a statement runs as it stands; docs/spark.md tells which statements
/// those are.
/// </summary>
internal static partial class DuckDialect
{
    /// <summary>Spark's functions that DuckDB has under another name.</summary>
    public static readonly string[] Macros =
    [
        "CREATE MACRO shiftright(number, bits) AS number >> bits",
        "CREATE MACRO regexp_like(text, pattern) AS regexp_matches(text, pattern)",
        "CREATE MACRO btrim(text, letters) AS trim(text, letters)",
        "CREATE MACRO get(list, place) AS list[place + 1]",
        "CREATE MACRO size(list) AS len(list)",
        "CREATE MACRO octet_length(text) AS strlen(text)",
        "CREATE MACRO rint(number) AS round_even(number, 0)",
        "CREATE MACRO unix_date(day) AS date_diff('day', DATE '1970-01-01', day)",
    ];

    // A sort's places as Spark gives them, with so many rows a task.
    private const int RowsOfTask = 37;

    /// <summary>The statement in DuckDB's words.</summary>
    public static string Translate(string sql)
    {
        bool readsFiles = sql.Contains("input_file_name()", StringComparison.Ordinal);
        string text = Literals().Replace(sql, literal => Literal(literal.Value));
        text = text.Replace("USING parquet AS", "AS", StringComparison.Ordinal);
        text = Json().Replace(text, json => ReadJson(json.Groups["schema"].Value));
        text = Names().Replace(text, name => $"\"{name.Groups[1].Value}\"");
        if (readsFiles)
        {
            // The test has read the lines, and knows these itself.
            return text.Replace("input_file_name()", "file", StringComparison.Ordinal)
                .Replace("input_file_block_start()", "block", StringComparison.Ordinal)
                .Replace("monotonically_increasing_id()", "place", StringComparison.Ordinal)
                .Replace("regexp_replace(value, '^', '') = value", "is_utf8", StringComparison.Ordinal);
        }

        const string row = "(row_number() OVER (ORDER BY raw_id) - 1)";
        string place = string.Create(CultureInfo.InvariantCulture, $"((({row} // {RowsOfTask}) << 33) | ({row} % {RowsOfTask}))");
        return text.Replace("monotonically_increasing_id()", place, StringComparison.Ordinal);
    }

    /// <summary>Undoes Spark's escapes: in DuckDB a backslash is a backslash.</summary>
    public static string Literal(string literal)
    {
        StringBuilder text = new();
        string inner = literal[1..^1];
        for (int at = 0; at < inner.Length; at++)
        {
            if (inner[at] != '\\')
            {
                text.Append(inner[at]);
                continue;
            }

            at++;
            switch (inner[at])
            {
                case 'n':
                    text.Append('\n');
                    break;
                case 'r':
                    text.Append('\r');
                    break;
                case 't':
                    text.Append('\t');
                    break;
                case 'u':
                    text.Append((char)int.Parse(inner.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    at += 4;
                    break;
                default:
                    text.Append(inner[at]);
                    break;
            }
        }

        return $"'{text.Replace("'", "''")}'";
    }

    /// <summary>An array of structures, or null where the text is no JSON, as Spark's permissive mode has it.</summary>
    private static string ReadJson(string schema)
    {
        IEnumerable<string> members = Names().Matches(schema).Select(name => $"\"{name.Groups[1].Value}\":\"VARCHAR\"");
        return $"CASE WHEN json_valid(concat('[', value, ']')) THEN from_json(concat('[', value, ']'), '[{{{string.Join(",", members)}}}]') END";
    }

    [GeneratedRegex(@"'(?:[^'\\]|\\.)*'", RegexOptions.Singleline)]
    private static partial Regex Literals();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Names();

    [GeneratedRegex(@"from_json\(concat\('\[', value, '\]'\), '(?<schema>[^']*)', map\([^)]*\)\)")]
    private static partial Regex Json();
}
