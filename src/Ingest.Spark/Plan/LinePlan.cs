using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>A raw file, or files that are alike, as the cluster sees it.</summary>
/// <param name="File">What messages call it.</param>
/// <param name="Source">What the settings say about it.</param>
/// <param name="ClusterPath">Its path on the cluster, perhaps a pattern.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Times">How its times are read.</param>
internal sealed record PlanSource(
    SourceFile File,
    InteractionSource Source,
    string ClusterPath,
    FileFormat Format,
    TimestampRule Times
);

/// <summary>From a raw file to a row a line: values, or the fault that the local engine would tell.</summary>
internal static class LinePlan
{
    // One more than a quarantined line keeps, to tell that there is more.
    private const int TextLength = 201;

    /// <summary>The lines of a file with where they stand.</summary>
    public static IEnumerable<Statement> Read(PlanSource source, int file, PlanNames names)
    {
        yield return TextView(source.ClusterPath, file, names);
        yield return new Statement(
            $"number the lines of {source.File.Path}",
            $"""
            CREATE OR REPLACE TEMPORARY VIEW {names.Lines(file)} AS
            SELECT input_file_name() AS file, input_file_block_start() AS block, monotonically_increasing_id() AS place,
              regexp_replace(value, '^\uFEFF', '') AS value, regexp_replace(value, '^', '') = value AS is_utf8
            FROM {names.Text(file)}
            """
        );
    }

    /// <summary>The lines of a file as Spark reads them; nothing but \n ends one, as in the local engine.</summary>
    public static Statement TextView(string path, int file, PlanNames names) =>
        new(
            $"open {path}",
            $"CREATE OR REPLACE TEMPORARY VIEW {names.Text(file)} USING text OPTIONS (path {Sql.Text(path)}, lineSep '\\n')"
        );

    /// <summary>The fields of each line, as texts; null for what is not there.</summary>
    public static Statement Fields(PlanSource source, int file, PlanNames names) =>
        new(
            $"find the fields of {source.File.Path}",
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
        (string Condition, LineFault Fault, string Value)[] parsed =
        [
            ("NOT is_utf8", LineFault.InvalidUtf8, "''"),
            ("fields_fault = 'Malformed'", LineFault.Malformed, "''"),
            .. FieldFaults(source.Format, source.Times.Unit),
        ];
        (string Condition, LineFault Fault, string Value)[] judged = [.. FieldRules.Judge(options)];
        string timeText = source.Times.Unit == TimestampUnit.None ? "''" : FieldRules.Trimmed("time_field");
        return $"""
            SELECT {file} AS source, file, block, place, fault,
              CASE WHEN fault IS NOT NULL THEN substring(value, 1, {TextLength}) END AS value,
              {Values(parsed, judged)} AS faulty_value,
              raw_user, raw_item, rating, CASE WHEN is_repaired THEN day_millis ELSE coalesce(number_millis, written_millis) END AS millis,
              part, is_repaired, time_number, CASE WHEN is_read THEN coalesce(time_unit, CASE WHEN written_millis IS NOT NULL THEN -1 END) END AS time_kind,
              coalesce(number_millis, written_millis) AS read_millis
            FROM (
              SELECT *, CASE WHEN btrim(value, ' \t\r') = '' THEN 'Blank'
                WHEN parse_fault IS NOT NULL AND NOT is_repaired THEN parse_fault
                {Branches(judged)}
                END AS fault
              FROM (
                SELECT *, coalesce(parse_fault = 'TimestampOutOfRange' AND day_millis IS NOT NULL, false) AS is_repaired
                FROM (
                  SELECT *, CASE {Branches(parsed)} END AS parse_fault
                  FROM (
                    SELECT *, {TimeRules.CountedUnit("time_number", "number_millis", source.Times)} AS time_unit,
                      CASE WHEN time_number IS NULL THEN {TimeRules.ReadWritten("time_text")} END AS written_millis,
                      {TimeRules.ReadDay("day_text")} AS day_millis
                    FROM (
                      SELECT *, {TimeRules.Read("time_number", source.Times)} AS number_millis
                      FROM (
                        SELECT *, CAST({FieldRules.ReadNumber("rating_text")} AS FLOAT) AS rating,
                          {FieldRules.ReadNumber("time_text")} AS time_number,
                          {FieldRules.ReadLabel("label_text", source.Source.Labels)} AS part
                        FROM (
                          SELECT file, block, place, value, is_utf8, fields_fault, column_count,
                            is_utf8 AND fields_fault IS NULL AS is_read,
                            {FieldRules.Id("user_field")} AS raw_user, {FieldRules.Id("item_field")} AS raw_item,
                            {FieldRules.Trimmed("rating_field")} AS rating_text, {timeText} AS time_text,
                            {FieldRules.Trimmed("label_field")} AS label_text, coalesce(day_field, '') AS day_text
                          FROM {names.Fields(file)}
                        ) AS trimmed
                      ) AS numbers
                    ) AS times
                  ) AS dates
                ) AS parsed
              ) AS repaired
            ) AS judged
            """;

        static string Branches(IEnumerable<(string Condition, LineFault Fault, string Value)> faults) =>
            string.Join("\n        ", faults.Select(fault => $"WHEN {fault.Condition} THEN '{fault.Fault}'"));

        // The same fault of either id has the value of the first that has it.
        static string Values(params IEnumerable<(string Condition, LineFault Fault, string Value)>[] faults) =>
            "CASE "
            + string.Join(
                " ",
                faults
                    .SelectMany(part => part)
                    .Where(fault => fault.Value != "''")
                    .Select(fault => $"WHEN fault = '{fault.Fault}' AND ({fault.Condition}) THEN {fault.Value}")
                    .Distinct()
            )
            + " END";
    }

    /// <summary>The faults of fields in the order in which the local engine meets them: a delimited line's from left to right.</summary>
    private static IEnumerable<(string Condition, LineFault Fault, string Value)> FieldFaults(
        FileFormat format,
        TimestampUnit unit
    )
    {
        (string, LineFault, string)[] rating =
        [
            (FieldRules.IsUnread("rating_text", "rating"), LineFault.RatingNotANumber, "rating_text"),
        ];
        (string, LineFault, string)[] label = [(FieldRules.IsUnread("label_text", "part"), LineFault.UnknownLabel, "label_text")];
        // While the unit is unknown, which only a column without numbers leaves it, numbers are counted and not read.
        (string, LineFault, string)[] time =
        [
            (
                unit == TimestampUnit.Auto ? "false" : "time_number IS NOT NULL AND number_millis IS NULL",
                LineFault.TimestampOutOfRange,
                "time_text"
            ),
            ("time_text <> '' AND time_number IS NULL AND written_millis IS NULL", LineFault.TimestampNotANumber, "time_text"),
        ];
        if (format.Delimited is not { } layout)
        {
            return [.. rating, .. label, .. time];
        }

        (int Column, (string, LineFault, string)[] Faults)[] columns =
        [
            (layout.User, []),
            (layout.Item, []),
            (layout.Rating, rating),
            (layout.Timestamp, time),
            (layout.Label, label),
        ];
        return columns
            .Where(each => each.Column >= 0)
            .OrderBy(each => each.Column)
            .SelectMany<(int Column, (string, LineFault, string)[] Faults), (string, LineFault, string)>(each =>
                [($"column_count <= {each.Column}", LineFault.MissingColumn, "''"), .. each.Faults]
            );
    }
}
