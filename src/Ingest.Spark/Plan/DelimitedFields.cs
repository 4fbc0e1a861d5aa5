using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>
/// Columns of a delimited line, each cut out by a regular expression. In a quoted file a field that begins with a quote ends with one, and
/// a quote inside is written twice.
/// </summary>
internal static class DelimitedFields
{
    /// <summary>The view of a file's fields.</summary>
    public static string View(DelimitedLayout layout, string lines, string view)
    {
        Columns columns = new(layout.Separator, layout.Quoted && layout.Separator.Length == 1);
        int[] wanted = [layout.User, layout.Item, layout.Rating, layout.Timestamp, layout.Label];
        int last = wanted.Max();
        string[] fields = [.. wanted.Select(column => column < 0 ? "CAST(NULL AS STRING)" : columns.Field(column))];
        string count = string.Join(
            " ",
            Enumerable
                .Range(0, last + 1)
                .Reverse()
                .Select(column => $"WHEN regexp_like(record, {Sql.Text(columns.Before(column))}) THEN {column + 1}")
        );
        string malformed = columns.Sound(last) is { } sound
            ? $"CASE WHEN NOT regexp_like(record, {Sql.Text(sound)}) THEN 'Malformed' END"
            : "CAST(NULL AS STRING)";
        return $"""
            CREATE OR REPLACE TEMPORARY VIEW {view} AS
            SELECT file, block, place, value, is_utf8,
              {malformed} AS fields_fault,
              CASE {count} ELSE 0 END AS column_count,
              {fields[0]} AS user_field,
              {fields[1]} AS item_field,
              {fields[2]} AS rating_field,
              {fields[3]} AS time_field,
              {fields[4]} AS label_field, CAST(NULL AS STRING) AS day_field
            FROM (SELECT *, regexp_replace(value, '\\r\\z', '') AS record FROM {lines}) AS records
            """;
    }

    /// <summary>Regular expressions about the columns of a line.</summary>
    private sealed class Columns
    {
        private readonly string field;
        private readonly string separator;
        private readonly bool quoted;

        public Columns(string separator, bool quoted)
        {
            this.quoted = quoted;
            this.separator = Sql.Pattern(separator);
            string plain = $"[^{this.separator}]";
            field =
                separator.Length > 1 ? ".*?"
                : quoted ? $"(?:\"[^\"]*(?:\"\"[^\"]*)*\"|[^\"{this.separator}]{plain}*|)"
                : $"{plain}*";
        }

        /// <summary>The text of a column, counted from 0, without quotes around it.</summary>
        public string Field(int column)
        {
            string pattern = Sql.Text($"{Before(column)}({field})(?:{separator}|\\z)");
            string text = $"regexp_extract(record, {pattern}, 1)";
            return quoted
                ? $"CASE WHEN left({text}, 1) = '\"' THEN replace(substring({text}, 2, length({text}) - 2), '\"\"', '\"') ELSE {text} END"
                : text;
        }

        /// <summary>Matches a line that goes on to this column.</summary>
        public string Before(int column) => $"(?s)^(?:{field}{separator}){{{column}}}";

        /// <summary>Matches a line in which every quote up to this column closes; null where quotes mean nothing.</summary>
        public string? Sound(int column) =>
            quoted
                ? $"(?s)^(?:{field}{separator}){{0,{column}}}{field}\\z|^(?:{field}{separator}){{{column}}}{field}{separator}"
                : null;
    }
}
