using System.Globalization;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>
/// Splits as SQL. Every rule is an order and two cuts in it: of all interactions, where a histogram finds the stretches that hold
/// the cuts and only these are sorted, or of each user's.
/// </summary>
internal static class SplitPlan
{
    // A key's leading 16 bits: 65,536 stretches, of which a cut's holds a 65,536th of the interactions.
    private const int LeadingBits = 16;

    /// <summary>The statements that make the table of parts.</summary>
    /// <param name="options">The rule.</param>
    /// <param name="seed">The seed of the keys.</param>
    /// <param name="names">Names of tables.</param>
    public static IReadOnlyList<Statement> Statements(SplitOptions options, long seed, PlanNames names) =>
        options.Method switch
        {
            SplitMethod.Random => [Keys(seed, $"shiftright(hash, {64 - LeadingBits})", names), .. ByCuts("hash", options, names)],
            SplitMethod.GlobalTime =>
            [
                Keys(seed, TimeStretch(names), names),
                .. ByCuts("millis ASC NULLS FIRST, hash", options, names),
            ],
            SplitMethod.UserTime =>
            [
                Keys(seed, "0", names),
                ByUser("millis ASC NULLS FIRST, hash", RatioCuts("row_count", options), names),
            ],
            SplitMethod.LeaveOneOut => [Keys(seed, "0", names), ByUser("millis ASC NULLS FIRST, hash", LeaveOneOutCuts, names)],
            SplitMethod.PerUser => [Keys(seed, "0", names), ByUser("hash", PerUserCuts, names)],
            SplitMethod.Labels =>
            [
                new Statement(
                    "take parts from labels",
                    $"CREATE TABLE {names.Split} USING parquet AS\nSELECT user_id, "
                        + $"item_id, coalesce(part, 3) AS part FROM {names.Interactions}"
                ),
            ],
            _ => throw new InputException($"split.method {options.Method} is not known to Spark's plan"),
        };

    /// <summary>Raw ids put to interactions that came with integer ids alone.</summary>
    public static Statement Join(PlanNames names) =>
        new(
            "join raw ids",
            $"""
            CREATE TABLE {names.Interactions} USING parquet AS
            SELECT n.user_id, n.item_id, n.millis, n.part, u.raw_id AS raw_user, i.raw_id AS raw_item
            FROM {names.Numbers} AS n
            JOIN {names.Users} AS u ON n.user_id = u.id
            JOIN {names.Items} AS i ON n.item_id = i.id
            """
        );

    /// <summary>Fetches the parts in the interactions' order.</summary>
    public static Statement Parts(PlanNames names) =>
        new("fetch the split", $"SELECT CAST(part AS INT) AS part FROM {names.Split} ORDER BY user_id, item_id");

    private static (string First, string Second) LeaveOneOutCuts =>
        ("CASE WHEN row_count < 3 THEN 1 ELSE row_count - 2 END", "CASE WHEN row_count < 3 THEN 1 ELSE row_count - 1 END");

    private static (string First, string Second) PerUserCuts =>
        (
            "CASE WHEN row_count < 3 THEN 1 WHEN row_count < 10 THEN row_count - 2 ELSE row_count - (row_count - row_count % 5) / 5 END",
            "CASE WHEN row_count < 3 THEN 1 WHEN row_count < 10 THEN row_count - 1 ELSE row_count - (row_count - row_count % 10) / 10 END"
        );

    /// <summary>The ranks at which the ratios cut, rounded down without ever leaving whole numbers.</summary>
    private static (string First, string Second) RatioCuts(string count, SplitOptions options)
    {
        long sum = options.Ratios.Sum(ratio => (long)ratio);
        string Cut(long share) =>
            string.Create(CultureInfo.InvariantCulture, $"({count} * {share} - ({count} * {share}) % {sum}) / {sum}");
        return (Cut(options.Ratios[0]), Cut((long)options.Ratios[0] + options.Ratios[1]));
    }

    /// <summary>Equal stretches of time from the first to the last; what has no time comes before all.</summary>
    private static string TimeStretch(PlanNames names)
    {
        string Of(string what) => $"(SELECT {what} FROM {names.Interactions})";
        string width = $"({Of($"shiftright(max(millis) - min(millis), {LeadingBits}) + 1")})";
        return $"coalesce(((millis - {Of("min(millis)")}) - (millis - {Of("min(millis)")}) % {width}) / {width}, -1)";
    }

    private static Statement Keys(long seed, string stretch, PlanNames names) =>
        new(
            "hash interactions",
            $"""
            CREATE TABLE {names.Keys} USING parquet AS
            SELECT user_id, item_id, millis, hash, CAST({stretch} AS BIGINT) AS stretch
            FROM (
              SELECT user_id, item_id, millis,
                xxhash64(concat({Sql.Text(
                string.Create(CultureInfo.InvariantCulture, $"{seed}|")
            )}, raw_user, '|', raw_item)) AS hash
              FROM {names.Interactions}
            ) AS hashed
            """
        );

    private static IEnumerable<Statement> ByCuts(string order, SplitOptions options, PlanNames names)
    {
        (string first, string second) = RatioCuts("all_rows", options);
        yield return new Statement(
            "count stretches",
            $"""
            CREATE TABLE {names.Histogram} USING parquet AS
            SELECT stretch, rows_before, first_cut, second_cut,
              (rows_before < first_cut AND first_cut < rows_before + row_count)
                OR (rows_before < second_cut AND second_cut < rows_before + row_count) AS is_cut
            FROM (
              SELECT stretch, row_count, rows_before, CAST({first} AS BIGINT) AS first_cut, CAST({second} AS BIGINT) AS second_cut
              FROM (
                SELECT stretch, row_count, CAST(sum(row_count) OVER () AS BIGINT) AS all_rows,
                  CAST(sum(row_count) OVER (ORDER BY stretch ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - row_count AS BIGINT)
                    AS rows_before
                FROM (SELECT stretch, count(*) AS row_count FROM {names.Keys} GROUP BY stretch) AS stretches
              ) AS summed
            ) AS cuts
            """
        );
        yield return new Statement(
            "sort the stretches that are cut",
            $"""
            CREATE TABLE {names.CutRows} USING parquet AS
            SELECT user_id, item_id, row_number() OVER (PARTITION BY stretch ORDER BY {order}, user_id, item_id) - 1 AS place
            FROM {names.Keys}
            WHERE stretch IN (SELECT stretch FROM {names.Histogram} WHERE is_cut)
            """
        );
        yield return new Statement(
            "cut",
            $"""
            CREATE TABLE {names.Split} USING parquet AS
            SELECT k.user_id, k.item_id,
              CASE WHEN h.rows_before + coalesce(c.place, 0) < h.first_cut THEN 0
                WHEN h.rows_before + coalesce(c.place, 0) < h.second_cut THEN 1 ELSE 2 END AS part
            FROM {names.Keys} AS k
            JOIN {names.Histogram} AS h ON k.stretch = h.stretch
            LEFT JOIN {names.CutRows} AS c ON k.user_id = c.user_id AND k.item_id = c.item_id
            """
        );
    }

    private static Statement ByUser(string order, (string First, string Second) cuts, PlanNames names) =>
        new(
            "cut each user's interactions",
            $"""
            CREATE TABLE {names.Split} USING parquet AS
            SELECT user_id, item_id, CASE WHEN nth <= {cuts.First} THEN 0 WHEN nth <= {cuts.Second} THEN 1 ELSE 2 END AS part
            FROM (
              SELECT user_id, item_id, row_number() OVER (PARTITION BY user_id ORDER BY {order}, item_id) AS nth,
                count(*) OVER (PARTITION BY user_id) AS row_count
              FROM {names.Keys}
            ) AS ordered
            """
        );
}
