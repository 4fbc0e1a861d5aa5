using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>
/// The local engine's rules about one field of a line (<c>RatingRule</c>, <c>LabelRule</c>, <c>RowRules</c>), each as a piece of SQL;
/// docs/spark.md has them side by side.
/// </summary>
internal static class FieldRules
{
    private const string Number = "^[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?\\z";
    private const string WholeWithPoint = "^[+-]?[0-9]+[.]0*\\z";

    /// <summary>An id without spaces and tabs at its ends.</summary>
    public static string Id(string field) => $"coalesce(btrim({field}, ' \\t'), '')";

    /// <summary>A field's text without white space at its ends; empty means that there is none.</summary>
    public static string Trimmed(string field) => $"coalesce(btrim({field}, ' \\t\\r'), '')";

    /// <summary>A finite number of double precision, or null.</summary>
    public static string ReadNumber(string text)
    {
        string number = $"try_cast({text} AS DOUBLE)";
        return $"CASE WHEN regexp_like({text}, {Sql.Text(Number)}) THEN CASE WHEN "
            + $"abs({number}) < CAST('Infinity' AS DOUBLE) THEN {number} END END";
    }

    /// <summary>Whether something is written that was not read.</summary>
    public static string IsUnread(string text, string value) => $"{text} <> '' AND {value} IS NULL";

    /// <summary>0, 1 or 2 from a label, or null; whole numbers may be written as decimals.</summary>
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

        if (parts.Count == 0)
        {
            return "CAST(NULL AS INT)";
        }

        string branches = string.Join(" ", parts.Select(part => $"WHEN {Sql.Text(part.Key)} THEN {part.Value}"));
        string whole =
            $"CASE WHEN regexp_like({text}, {Sql.Text(WholeWithPoint)}) THEN regexp_extract({text}, '^([^.]*)', 1) END";
        return $"coalesce(CASE lower({text}) {branches} END, CASE {whole} {branches} END)";
    }

    /// <summary>The faults that are looked for when all fields have been read: those of the ids, and a rating's range.</summary>
    public static IEnumerable<(string Condition, LineFault Fault, string Value)> Judge(IngestOptions options)
    {
        yield return ("raw_user = ''", LineFault.EmptyUser, "''");
        yield return ("raw_item = ''", LineFault.EmptyItem, "''");
        string missing = string.Join(", ", options.MissingIds.Select(Sql.Text));
        foreach (string id in new[] { "raw_user", "raw_item" })
        {
            yield return ($"octet_length({id}) > {RowRules.LongestId}", LineFault.LongId, id);
            yield return ($"regexp_like({id}, '\\\\x00')", LineFault.NulInId, id);
            if (options.MissingIds.Count > 0)
            {
                yield return ($"{id} IN ({missing})", LineFault.MissingId, id);
            }
        }

        string lowest = $"CAST({Sql.Double(options.LowestRating)} AS FLOAT)";
        string highest = $"CAST({Sql.Double(options.HighestRating)} AS FLOAT)";
        yield return ($"rating < {lowest} OR rating > {highest}", LineFault.RatingOutOfRange, "''");
    }

    /// <summary>Whether a row is no feedback because of its rating.</summary>
    public static string BelowMinimum(string rating, IngestOptions options) =>
        options.MinRating is { } minimum ? $"NOT coalesce(CAST({rating} AS DOUBLE) >= {Sql.Double(minimum)}, false)" : "false";
}
