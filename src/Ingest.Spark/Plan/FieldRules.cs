using System.Globalization;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>
/// The local engine's rules about one field of a line, each as a piece of SQL. What the local engine does byte by byte in
/// <c>FieldParser</c>, <c>LabelParser</c> and <c>RowSink.Judge</c> stands here in the same order; docs/spark.md has them side by side.
/// </summary>
internal static class FieldRules
{
    private const string Number = "^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?\\z";
    private const string Digits = "^[0-9]{1,18}\\z";
    private const string WrittenDay = "^([0-9]{1,2}) ([0-9]{1,2}), ([0-9]{4})\\z";
    private const long FirstSecond = 631_152_000;
    private const long LastSecond = 4_102_444_800;

    /// <summary>An id without spaces and tabs at its ends.</summary>
    public static string Id(string field) => $"coalesce(btrim({field}, ' \\t'), '')";

    /// <summary>A field's text without white space at its ends; empty means that there is none.</summary>
    public static string Trimmed(string field) => $"coalesce(btrim({field}, ' \\t\\r'), '')";

    /// <summary>A number of double precision, or null.</summary>
    public static string ReadNumber(string text) =>
        $"CASE WHEN regexp_like({text}, {Sql.Text(Number)}) THEN try_cast({text} AS DOUBLE) END";

    /// <summary>A whole number, fractions cut off, or null.</summary>
    public static string ReadWhole(string text, string number) =>
        $"CASE WHEN regexp_like({text}, {Sql.Text(Digits)}) THEN try_cast({text} AS BIGINT) "
        + $"WHEN {number} IS NOT NULL THEN CAST(sign({number}) * floor(least(abs({number}), 1e17)) AS BIGINT) END";

    /// <summary>Whether a rating is written that is no finite number.</summary>
    public static string RatingIsNoNumber(string text, string number) =>
        $"{text} <> '' AND NOT coalesce(abs({number}) < CAST('Infinity' AS DOUBLE), false)";

    /// <summary>Whether a rating lies outside the possible range.</summary>
    public static string RatingIsOut(string number, IngestOptions options) =>
        $"CAST({number} AS FLOAT) < CAST({Sql.Double(options.LowestRating)} AS FLOAT) "
        + $"OR CAST({number} AS FLOAT) > CAST({Sql.Double(options.HighestRating)} AS FLOAT)";

    /// <summary>Whether a row is no feedback because of its rating.</summary>
    public static string BelowMinimum(string rating, IngestOptions options) =>
        options.MinRating is { } minimum ? $"NOT coalesce(CAST({rating} AS DOUBLE) >= {Sql.Double(minimum)}, false)" : "false";

    /// <summary>Whether a time is written that is no number.</summary>
    public static string TimeIsNoNumber(string text, string whole) => $"{text} <> '' AND {whole} IS NULL";

    /// <summary>Milliseconds from seconds or milliseconds between 1990 and 2100; null from any other number.</summary>
    public static string ReadTime(string whole) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"CASE WHEN {whole} BETWEEN {FirstSecond} AND {LastSecond} THEN {whole} * 1000 WHEN {whole} BETWEEN {FirstSecond * 1000} AND {LastSecond * 1000} THEN {whole} END"
        );

    /// <summary>Milliseconds of a written-out day such as "09 4, 2015", or null.</summary>
    public static string ReadDay(string day)
    {
        string Piece(int group) => $"regexp_extract({day}, {Sql.Text(WrittenDay)}, {group})";
        string date = $"try_cast(concat({Piece(3)}, '-', lpad({Piece(1)}, 2, '0'), '-', lpad({Piece(2)}, 2, '0')) AS DATE)";
        return $"CASE WHEN regexp_like({day}, {Sql.Text(WrittenDay)}) AND unix_date({date}) BETWEEN {FirstSecond / 86_400} AND {LastSecond / 86_400} "
            + $"THEN unix_date({date}) * CAST(86400000 AS BIGINT) END";
    }

    /// <summary>0, 1 or 2 from a label, or null.</summary>
    public static string ReadLabel(string text, LabelMap map)
    {
        Dictionary<string, int> parts = [];
        foreach ((IReadOnlyList<string> values, int part) in new[] { (map.Train, 0), (map.Valid, 1), (map.Test, 2) })
        {
            foreach (string value in values)
            {
                parts[value.ToLowerInvariant()] = part;
            }
        }

        return parts.Count == 0
            ? "CAST(NULL AS INT)"
            : $"CASE lower({text}) {string.Join(" ", parts.Select(part => $"WHEN {Sql.Text(part.Key)} THEN {part.Value}"))} END";
    }

    /// <summary>Whether a label is written that stands for no part.</summary>
    public static string LabelIsUnknown(string text, string label) => $"{text} <> '' AND {label} IS NULL";

    /// <summary>The last faults that are looked for: those of the ids, and a rating's range.</summary>
    public static IEnumerable<(string Condition, LineFault Fault)> Judge(string user, string item, string rating, IngestOptions options)
    {
        yield return ($"{user} = ''", LineFault.EmptyUser);
        yield return ($"{item} = ''", LineFault.EmptyItem);
        yield return ($"octet_length({user}) > 1024 OR octet_length({item}) > 1024", LineFault.LongId);
        yield return (RatingIsOut(rating, options), LineFault.RatingOutOfRange);
    }
}
