using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>A raw file, or files that are alike, as the cluster sees it.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="ClusterPath">Its path on the cluster, perhaps a pattern.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Labels">The values of its label column.</param>
internal sealed record PlanSource(string Name, string ClusterPath, FileFormat Format, LabelMap Labels);

/// <summary>From a raw file to a row a line: values, or the fault that the local engine would tell.</summary>
internal static class LinePlan
{
    private const int LongestText = 200;

    /// <summary>The lines of a file with where they stand. Line breaks are the local engine's: \n, with a \r before it taken off.</summary>
    public static IEnumerable<Statement> Read(PlanSource source, int file, PlanNames names)
    {
        yield return TextView(source.ClusterPath, file, names);
        yield return new Statement(
            $"number the lines of {source.Name}",
            $"""
            CREATE OR REPLACE TEMPORARY VIEW {names.Lines(file)} AS
            SELECT input_file_name() AS file, input_file_block_start() AS block, monotonically_increasing_id() AS place,
              regexp_replace(regexp_replace(value, '\\r\\z', ''), '^\uFEFF', '') AS value,
              regexp_replace(value, '^', '') = value AS is_utf8
            FROM {names.Text(file)}
            """
        );
    }

    /// <summary>The lines of a file as Spark reads them.</summary>
    public static Statement TextView(string path, int file, PlanNames names) =>
        new(
            $"open {path}",
            $"CREATE OR REPLACE TEMPORARY VIEW {names.Text(file)} USING text OPTIONS (path {Sql.Text(path)}, lineSep '\\n')"
        );

    /// <summary>The fields of each line, as texts; null for what is not there.</summary>
    public static Statement Fields(PlanSource source, int file, PlanNames names) =>
        new(
            $"find the fields of {source.Name}",
            source.Format.Json is { } json
                ? JsonFields.View(json, names.Lines(file), names.Fields(file))
                : DelimitedFields.View(source.Format.Delimited!, names.Lines(file), names.Fields(file))
        );

    /// <summary>All lines of all files, judged.</summary>
    public static Statement Rows(IReadOnlyList<PlanSource> sources, IngestOptions options, PlanNames names) =>
        new(
            "read and judge every line",
            $"CREATE TABLE {names.Rows} USING parquet AS\n"
                + string.Join("\nUNION ALL\n", sources.Select((source, file) => RowsOf(source, file, options, names)))
        );

    private static string RowsOf(PlanSource source, int file, IngestOptions options, PlanNames names)
    {
        IEnumerable<(string Condition, LineFault Fault)> faults =
        [
            ("NOT is_utf8", LineFault.InvalidUtf8),
            ("fields_fault = 'Malformed'", LineFault.Malformed),
            .. FieldFaults(source.Format),
            .. FieldRules.Judge("raw_user", "raw_item", "rating_number", options),
        ];
        string fault = string.Join("\n      ", faults.Select(each => $"WHEN {each.Condition} THEN '{each.Fault}'"));
        return $"""
            SELECT {file} AS source, file, block, place, fault,
              CASE WHEN fault IS NOT NULL THEN substring(value, 1, {LongestText}) END AS value,
              raw_user, raw_item, CAST(rating_number AS FLOAT) AS rating,
              coalesce(millis, CASE WHEN is_implausible THEN day_millis END) AS millis, part,
              coalesce(is_implausible, false) AS is_implausible,
              coalesce(is_implausible AND day_millis IS NOT NULL, false) AS is_repaired
            FROM (
              SELECT *, time_number IS NOT NULL AND millis IS NULL AS is_implausible,
                CASE WHEN btrim(value, ' \t\r') = '' THEN 'Blank'
                  {fault}
                END AS fault
              FROM (
                SELECT *, {FieldRules.ReadTime("time_number")} AS millis,
                  {FieldRules.ReadDay("day_text")} AS day_millis
                FROM (
                  SELECT *, {FieldRules.ReadWhole("time_text", "time_double")} AS time_number
                  FROM (
                    SELECT *, {FieldRules.ReadNumber("rating_text")} AS rating_number,
                      {FieldRules.ReadNumber("time_text")} AS time_double,
                      {FieldRules.ReadLabel("label_text", source.Labels)} AS part
                    FROM (
                      SELECT file, block, place, value, is_utf8, fields_fault, column_count,
                        {FieldRules.Id("user_field")} AS raw_user, {FieldRules.Id("item_field")} AS raw_item,
                        {FieldRules.Trimmed("rating_field")} AS rating_text, {FieldRules.Trimmed("time_field")} AS time_text,
                        {FieldRules.Trimmed("label_field")} AS label_text, coalesce(day_field, '') AS day_text
                      FROM {names.Fields(file)}
                    ) AS trimmed
                  ) AS numbers
                ) AS whole_numbers
              ) AS times
            ) AS judged
            """;
    }

    /// <summary>The faults of fields in the order in which the local engine meets them: a delimited line's from left to right.</summary>
    private static IEnumerable<(string Condition, LineFault Fault)> FieldFaults(FileFormat format)
    {
        (string, LineFault) rating = (FieldRules.RatingIsNoNumber("rating_text", "rating_number"), LineFault.RatingNotANumber);
        (string, LineFault) time = (FieldRules.TimeIsNoNumber("time_text", "time_number"), LineFault.TimestampNotANumber);
        (string, LineFault) label = (FieldRules.LabelIsUnknown("label_text", "part"), LineFault.UnknownLabel);
        if (format.Delimited is not { } layout)
        {
            return [rating, time, label];
        }

        (int Column, (string, LineFault)? Fault)[] columns =
        [
            (layout.User, null),
            (layout.Item, null),
            (layout.Rating, rating),
            (layout.Timestamp, time),
            (layout.Label, label),
        ];
        return columns
            .Where(each => each.Column >= 0)
            .OrderBy(each => each.Column)
            .SelectMany<(int Column, (string, LineFault)? Fault), (string, LineFault)>(each =>
                each.Fault is { } fault
                    ? [($"column_count <= {each.Column}", LineFault.MissingColumn), fault]
                    : [($"column_count <= {each.Column}", LineFault.MissingColumn)]
            );
    }
}
