using System.Globalization;

namespace CranePipeline.Ingest.Spark.Plan;

/// <summary>From judged rows to the k-core with integer ids. A table is written where later statements read it more than once.</summary>
internal static class IngestPlan
{
    /// <summary>Tables of rows and where the files' lines begin.</summary>
    public static IEnumerable<Statement> Judge(IReadOnlyList<PlanSource> sources, IngestOptions options, PlanNames names)
    {
        for (int file = 0; file < sources.Count; file++)
        {
            foreach (Statement statement in LinePlan.Read(sources[file], file, names))
            {
                yield return statement;
            }

            yield return LinePlan.Fields(sources[file], file, names);
        }

        yield return LinePlan.Rows(sources, options, names);
        yield return new Statement(
            "count the lines of each stretch",
            $"""
            CREATE TABLE {names.Blocks} USING parquet AS
            SELECT source, file, block, first_place, header_place,
              CAST(sum(line_count) OVER (PARTITION BY source, file ORDER BY block ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
                - line_count AS BIGINT) AS lines_before,
              min(CASE WHEN header_place IS NOT NULL THEN block END) OVER (PARTITION BY source, file) AS header_block
            FROM (
              SELECT source, file, block, min(place) AS first_place, count(*) AS line_count,
                min(CASE WHEN fault IS NULL OR fault <> 'Blank' THEN place END) AS header_place
              FROM {names.Rows}
              GROUP BY source, file, block
            ) AS blocks
            """
        );
        string[] headed =
        [
            .. sources
                .Select((source, file) => (source, file))
                .Where(each => each.source.Format.Delimited is { Header: true })
                .Select(each => each.file.ToString(CultureInfo.InvariantCulture)),
        ];
        string header =
            headed.Length == 0
                ? "false"
                : $"r.source IN ({string.Join(", ", headed)}) AND r.block = b.header_block AND r.place = b.header_place";
        yield return new Statement(
            "number the lines",
            $"""
            CREATE OR REPLACE TEMPORARY VIEW {names.Judged} AS
            SELECT r.source, r.file, b.lines_before + (r.place - b.first_place) + 1 AS line,
              CASE WHEN {header} THEN 'Header' ELSE r.fault END AS fault,
              r.value, r.faulty_value, r.raw_user, r.raw_item, r.rating, r.millis, r.part, r.is_repaired,
              r.time_kind, r.time_number, r.read_millis,
              {FieldRules.BelowMinimum("r.rating", options)} AS is_below
            FROM {names.Rows} AS r
            JOIN {names.Blocks} AS b ON r.source = b.source AND r.file = b.file AND r.block = b.block
            """
        );
    }

    /// <summary>What the lines of each file are, by fault; no fault is null.</summary>
    public static Statement LineCounts(PlanNames names) =>
        new(
            "count lines by fault",
            $"""
            SELECT source, fault, count(*) AS line_count, count(CASE WHEN is_below THEN 1 END) AS below_count,
              count(CASE WHEN is_repaired THEN 1 END) AS repaired_count, count(rating) AS rating_count, count(millis) AS time_count,
              count(part) AS label_count
            FROM {names.Judged}
            GROUP BY source, fault
            ORDER BY source, fault
            """
        );

    /// <summary>What the times of each file are, by the unit in which they are times; −1 for written dates.</summary>
    public static Statement TimeCounts(PlanNames names) =>
        new(
            "count times by unit",
            $"""
            SELECT source, time_kind, count(*) AS number_count,
              count(CASE WHEN time_number >= 0 AND time_number < 631152000 AND floor(time_number) = time_number THEN 1 END) AS small_count,
              CAST(min(time_number) AS STRING) AS lowest, CAST(max(time_number) AS STRING) AS highest,
              min(read_millis) AS first_millis, max(read_millis) AS last_millis
            FROM {names.Judged}
            WHERE time_kind IS NOT NULL AND (fault IS NULL OR fault <> 'Header')
            GROUP BY source, time_kind
            ORDER BY source, time_kind
            """
        );

    /// <summary>The first faulty lines of each file.</summary>
    public static Statement Quarantine(int sample, PlanNames names) =>
        new(
            "collect the first faulty lines",
            $"""
            SELECT source, file, line, fault, value, faulty_value, rating
            FROM (
              SELECT source, file, line, fault, value, faulty_value, rating,
                row_number() OVER (PARTITION BY source, file ORDER BY line) AS nth
              FROM {names.Judged}
              WHERE fault IS NOT NULL AND fault <> 'Blank' AND fault <> 'Header'
            ) AS faulty
            WHERE nth <= {sample}
            ORDER BY source, file, line
            """
        );

    /// <summary>How many users and items the usable rows have.</summary>
    public static Statement RawCounts(PlanNames names) =>
        new(
            "count users and items",
            $"""
            SELECT count(DISTINCT raw_user) AS user_count, count(DISTINCT raw_item) AS item_count
            FROM {names.Judged}
            WHERE fault IS NULL
            """
        );

    /// <summary>A row a pair: the earliest, then the one with the earlier part, then with the lower rating.</summary>
    public static Statement Pairs(PlanNames names) =>
        new(
            "deduplicate",
            $"""
            CREATE TABLE {names.Pairs} USING parquet AS
            SELECT raw_user, raw_item, rating, millis, part, copies, variants, parts_differ
            FROM (
              SELECT *, count(*) OVER (PARTITION BY raw_user, raw_item) AS copies,
                count(CASE WHEN nth = tie THEN 1 END) OVER (PARTITION BY raw_user, raw_item) AS variants,
                min(coalesce(part, 3)) OVER (PARTITION BY raw_user, raw_item)
                  <> max(coalesce(part, 3)) OVER (PARTITION BY raw_user, raw_item) AS parts_differ
              FROM (
                SELECT raw_user, raw_item, rating, millis, part, row_number() OVER earliest AS nth, rank() OVER earliest AS tie
                FROM {names.Judged}
                WHERE fault IS NULL AND NOT is_below
                WINDOW earliest AS (
                  PARTITION BY raw_user, raw_item
                  ORDER BY millis ASC NULLS LAST, part ASC NULLS LAST, rating ASC NULLS LAST)
              ) AS ordered
            ) AS counted
            WHERE nth = 1
            """
        );

    /// <summary>What deduplication found.</summary>
    public static Statement PairCounts(PlanNames names) =>
        new(
            "count pairs",
            $"""
            SELECT count(*) AS pair_count, CAST(coalesce(sum(copies - variants), 0) AS BIGINT) AS exact_count,
              CAST(coalesce(sum(variants - 1), 0) AS BIGINT) AS repeated_count, count(CASE WHEN parts_differ THEN 1 END) AS conflict_count
            FROM {names.Pairs}
            """
        );

    /// <summary>One round of the k-core: whoever has too few interactions goes. Null where nobody can have too few.</summary>
    /// <param name="round">Counted from 1.</param>
    /// <param name="options">The limits.</param>
    /// <param name="names">Names of tables.</param>
    public static Statement? KCoreRound(int round, IngestOptions options, PlanNames names)
    {
        string before = names.KCore(round - 1);
        List<string> conditions = [];
        if (options.MinUserInteractions > 1)
        {
            conditions.Add(
                $"raw_user IN (SELECT raw_user FROM {before} GROUP BY raw_user HAVING count(*) >= {options.MinUserInteractions})"
            );
        }

        if (options.MinItemInteractions > 1)
        {
            conditions.Add(
                $"raw_item IN (SELECT raw_item FROM {before} GROUP BY raw_item HAVING count(*) >= {options.MinItemInteractions})"
            );
        }

        return conditions.Count == 0
            ? null
            : new Statement(
                $"k-core, round {round}",
                $"""
                CREATE TABLE {names.KCore(round)} USING parquet AS
                SELECT raw_user, raw_item, rating, millis, part
                FROM {before}
                WHERE {string.Join("\n  AND ", conditions)}
                """
            );
    }

    /// <summary>How many interactions a round has left.</summary>
    public static Statement KCoreCount(int round, PlanNames names) =>
        new($"count what round {round} left", $"SELECT count(*) AS interaction_count FROM {names.KCore(round)}");

    /// <summary>Integer ids and the interactions under them.</summary>
    public static IEnumerable<Statement> Number(string kCore, PlanNames names)
    {
        foreach (
            (string kind, string column, string order, string table) in new[]
            {
                ("users", "raw_user", names.UserOrder, names.Users),
                ("items", "raw_item", names.ItemOrder, names.Items),
            }
        )
        {
            // Sorting parts the ids into ranges, a task a range; a row's place has the range in its upper bits and its rank there below.
            yield return new Statement(
                $"sort {kind}",
                $"""
                CREATE TABLE {order} USING parquet AS
                SELECT raw_id, monotonically_increasing_id() AS place
                FROM (SELECT DISTINCT {column} AS raw_id FROM {kCore} ORDER BY raw_id) AS sorted
                """
            );
            yield return new Statement(
                $"number {kind}",
                $"""
                CREATE TABLE {table} USING parquet AS
                SELECT o.raw_id, CAST(r.ids_before + (o.place & 8589934591) AS INT) AS id
                FROM {order} AS o
                JOIN (
                  SELECT id_range,
                    sum(id_count) OVER (ORDER BY id_range ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - id_count AS ids_before
                  FROM (
                    SELECT shiftright(place, 33) AS id_range, count(*) AS id_count FROM {order} GROUP BY shiftright(place, 33)
                  ) AS ranges
                ) AS r ON shiftright(o.place, 33) = r.id_range
                """
            );
        }

        yield return new Statement(
            "put integer ids in",
            $"""
            CREATE TABLE {names.Interactions} USING parquet AS
            SELECT u.id AS user_id, i.id AS item_id, c.rating, c.millis, c.part, c.raw_user, c.raw_item
            FROM {kCore} AS c
            JOIN {names.Users} AS u ON c.raw_user = u.raw_id
            JOIN {names.Items} AS i ON c.raw_item = i.raw_id
            """
        );
    }

    /// <summary>Raw ids by integer id.</summary>
    public static Statement RawIds(string kind, string table) => new($"fetch {kind}", $"SELECT raw_id FROM {table} ORDER BY id");

    /// <summary>The interactions by user and item.</summary>
    public static Statement Interactions(PlanNames names) =>
        new(
            "fetch interactions",
            $"SELECT user_id, item_id, rating, millis, part FROM {names.Interactions} ORDER BY user_id, item_id"
        );

    /// <summary>Users or items by their number of interactions.</summary>
    public static Statement Degrees(string column, PlanNames names) =>
        new(
            $"count interactions by {column}",
            $"""
            SELECT degree, count(*) AS node_count
            FROM (SELECT count(*) AS degree FROM {names.Interactions} GROUP BY {column}) AS degrees
            GROUP BY degree
            ORDER BY degree
            """
        );

    /// <summary>Makes a table go, if it is there.</summary>
    public static Statement Drop(string table) => new($"drop {table}", $"DROP TABLE IF EXISTS {table}");
}
