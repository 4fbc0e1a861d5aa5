using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>
/// Members of a JSON object a line. The line is read as the only element of an array, so that whatever follows the object is seen too;
/// the reader is told to accept what the standard accepts.
/// </summary>
internal static class JsonFields
{
    private const string Strict = "map('allowSingleQuotes', 'false', 'allowUnquotedFieldNames', 'false', 'mode', 'PERMISSIVE')";

    /// <summary>The view of a file's fields.</summary>
    public static string View(JsonLayout layout, string lines, string view)
    {
        IEnumerable<string> members = new[] { layout.Rating, layout.Timestamp, layout.Label, layout.Day }
            .OfType<string>()
            .Concat(layout.User)
            .Concat(layout.Item)
            .Distinct(StringComparer.Ordinal);
        string schema = $"ARRAY<STRUCT<{string.Join(", ", members.Select(member => $"{Sql.Name(member)}: STRING"))}>>";
        return $"""
            CREATE OR REPLACE TEMPORARY VIEW {view} AS
            SELECT file, block, place, value, is_utf8,
              CASE WHEN NOT coalesce(size(records) = 1 AND regexp_like(value, '^[ \t\r]*[{"{"}]') AND regexp_like(value, '[{"}"}][ \t\r]*\\z'), false)
                THEN 'Malformed' END AS fields_fault,
              0 AS column_count,
              {First(layout.User)} AS user_field, {First(layout.Item)} AS item_field,
              {Member(layout.Rating)} AS rating_field, {Member(layout.Timestamp)} AS time_field,
              {Member(layout.Label)} AS label_field, {Member(layout.Day)} AS day_field
            FROM (
              SELECT *, from_json(concat('[', value, ']'), {Sql.Text(schema)}, {Strict}) AS records
              FROM {lines}
            ) AS parsed
            """;
    }

    /// <summary>Of several names the first that is there and not empty.</summary>
    private static string First(string[] names) =>
        names.Length == 1
            ? Member(names[0])
            : $"coalesce({string.Join(", ", names.Select(name => $"nullif({Member(name)}, '')"))})";

    private static string Member(string? name) => name is null ? "CAST(NULL AS STRING)" : $"(get(records, 0)).{Sql.Name(name)}";
}
