using System.Globalization;
using System.Text;
using CranePipeline.Ingest.Spark.Plan;

namespace CranePipeline.Ingest.Spark;

/// <summary>The whole plan as text, to be read, explained or run by hand in <c>spark-sql</c>.</summary>
public static class SparkPlan
{
    /// <summary>The statements of ingest and of one split, each with its purpose before it.</summary>
    /// <param name="ingest">What to read and which rules to apply.</param>
    /// <param name="split">How to split.</param>
    /// <param name="seed">The split's seed.</param>
    /// <param name="data">Where the raw files are.</param>
    /// <param name="session">The cluster, asked for a file's first lines where this program does not see it; or null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="Tables.InputException">A file is missing, or of a format that Spark does not read.</exception>
    public static string Text(
        IngestOptions ingest,
        SplitOptions split,
        long seed,
        SparkData data,
        ISqlSession? session = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(ingest);
        ArgumentNullException.ThrowIfNull(split);
        PlanNames names = new();
        PlanSource[] sources = [.. SourceCatalog.Resolve(ingest, data, session, names, cancellation)];
        StringBuilder text = new();
        void Add(IEnumerable<Statement> statements)
        {
            foreach (Statement statement in statements)
            {
                text.Append("-- ").Append(statement.Purpose).Append('\n').Append(statement.Sql).Append(";\n\n");
            }
        }

        Add(IngestPlan.Judge(sources, ingest, names));
        Add([
            IngestPlan.LineCounts(names),
            IngestPlan.TimeCounts(names),
            IngestPlan.Quarantine(ingest.QuarantineSample, names),
            IngestPlan.RawCounts(names),
            IngestPlan.Pairs(names),
            IngestPlan.PairCounts(names),
        ]);
        string kCore = names.Pairs;
        if (IngestPlan.KCoreRound(1, ingest, names) is { } round)
        {
            Add([round, IngestPlan.KCoreCount(1, names)]);
            kCore = $"{names.Prefix}_kcore";
            text.Append(
                ingest.Iterate
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"-- While that number falls: the same again, from {names.KCore(1)} to "
                            + $"{names.KCore(2)} and so on, at most {SparkIngestor.MostRounds} times.\n"
                    )
                    : "-- Once only: ingest.iterate is false.\n"
            );
            Add([
                new Statement(
                    "the last round's table is the k-core",
                    $"CREATE OR REPLACE TEMPORARY VIEW {kCore} AS SELECT * FROM {names.KCore(1)}"
                ),
            ]);
        }

        Add([
            .. IngestPlan.Number(kCore, names),
            IngestPlan.RawIds("users", names.Users),
            IngestPlan.RawIds("items", names.Items),
            IngestPlan.Interactions(names),
            IngestPlan.Degrees("user_id", names),
            IngestPlan.Degrees("item_id", names),
            .. SplitPlan.Statements(split, seed, names),
            SplitPlan.Parts(names),
        ]);
        return text.ToString();
    }
}
