using Apache.Arrow;
using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Spark.Plan;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark;

/// <summary>Raw files to the k-core on a Spark cluster; the result is the local engine's, row for row.</summary>
public static class SparkIngestor
{
    /// <summary>Rounds after which a k-core that still changes is given up.</summary>
    public const int MostRounds = 200;

    /// <summary>Runs the plan and fetches what it made. Tables it needs meanwhile are dropped, whatever happens.</summary>
    /// <param name="session">The cluster.</param>
    /// <param name="options">What to read and which rules to apply.</param>
    /// <param name="data">Where the raw files are.</param>
    /// <param name="names">Names of views and tables.</param>
    /// <param name="progress">Told of each statement's tasks.</param>
    /// <param name="cancellation">Stops the work, on the cluster too.</param>
    /// <exception cref="InputException">As the local engine's, or the cluster cannot do the work.</exception>
    public static IngestResult Run(
        ISqlSession session,
        IngestOptions options,
        SparkData data,
        PlanNames names,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(session);
        IReadOnlyList<PlanSource> sources = SourceCatalog.Resolve(options, data, session, names, cancellation);
        if (sources.Count == 0)
        {
            throw new InputException($"{options.Interactions[0].Path} is empty");
        }

        using Workspace workspace = new(session, progress, cancellation);
        LineCounts lines = Read(workspace, ref sources, options, names);
        using LineCounts counted = lines;
        ReadingCheck.Enforce(lines.Files, options);
        long[] raw = BatchReader.Row(session, IngestPlan.RawCounts(names), cancellation, ["user_count", "item_count"]);
        workspace.Make([names.Pairs], [IngestPlan.Pairs(names)]);
        workspace.Drop(names.Rows, names.Blocks);
        long[] pairs = BatchReader.Row(
            session,
            IngestPlan.PairCounts(names),
            cancellation,
            ["pair_count", "exact_count", "repeated_count", "conflict_count"]
        );
        string kCore = KCore(workspace, options, pairs[0], names);
        workspace.Make(
            [names.UserOrder, names.Users, names.ItemOrder, names.Items, names.Interactions],
            IngestPlan.Number(kCore, names)
        );
        string[] users = RawIds(workspace, IngestPlan.RawIds("users", names.Users));
        string[] items = RawIds(workspace, IngestPlan.RawIds("items", names.Items));
        long rows = lines.Rows.Sum(file => file.Rows);
        if (users.Length == 0)
        {
            throw new InputException(
                $"no interaction is left of {rows} rows after cleaning and the {options.MinUserInteractions}-core; "
                    + "lower ingest.minUserInteractions or minItemInteractions, or check ingest.interactions"
            );
        }

        long timed = lines.Rows.Sum(file => file.WithTimestamp);
        long labelled = lines.Rows.Sum(file => file.WithLabel);
        Interactions interactions = InteractionRows.Fetch(
            workspace,
            IngestPlan.Interactions(names),
            hasRatings: lines.Rows.Any(file => file.WithRating > 0),
            hasTimes: timed > 0,
            hasLabels: labelled > 0
        );
        IngestStatistics statistics = new()
        {
            Lines = lines.Files.Sum(file => file.Lines),
            Rows = rows,
            RawUsers = (int)raw[0],
            RawItems = (int)raw[1],
            Quarantined = StatisticsBuilder.Quarantined(lines.Rows),
            RepairedTimestamps = lines.Rows.Sum(file => file.RepairedTimestamps),
            WithoutTimestamp = timed == 0 ? 0 : rows - timed,
            WithoutLabel = labelled == 0 ? 0 : rows - labelled,
            BelowMinRating = lines.Rows.Sum(file => file.BelowMinRating),
            ExactDuplicates = pairs[1],
            RepeatedPairs = pairs[2],
            LabelConflicts = pairs[3],
            UsersRemoved = (int)raw[0] - users.Length,
            ItemsRemoved = (int)raw[1] - items.Length,
            InteractionsRemoved = pairs[0] - interactions.Count,
            Timestamps = StatisticsBuilder.Timestamps(lines.Files),
            Users = users.Length,
            Items = items.Length,
            Interactions = interactions.Count,
            UserDegrees = Degrees(workspace, IngestPlan.Degrees("user_id", names)),
            ItemDegrees = Degrees(workspace, IngestPlan.Degrees("item_id", names)),
        };
        return new IngestResult
        {
            UserIds = users,
            ItemIds = items,
            Interactions = interactions,
            Statistics = statistics with { Reasons = StatisticsBuilder.Reasons(statistics, lines.Files, options) },
            Quarantine = [.. lines.Files.SelectMany(file => file.Quarantine(options.QuarantineSample))],
            Sources = [.. lines.Files.Select(file => file.File)],
        };
    }

    /// <summary>
    /// Reads and judges every line; once more if a column of times, seen as a whole, has another unit than its beginning had.
    /// </summary>
    private static LineCounts Read(
        Workspace workspace,
        ref IReadOnlyList<PlanSource> sources,
        IngestOptions options,
        PlanNames names
    )
    {
        while (true)
        {
            workspace.Make([names.Rows, names.Blocks], IngestPlan.Judge(sources, options, names));
            LineCounts lines = LineCounts.Fetch(workspace, sources, options, names);
            bool isSettled = true;
            List<PlanSource> better = [];
            foreach (IGrouping<InteractionSource, PlanSource> group in sources.GroupBy(source => source.Source))
            {
                TimestampRule times = group.First().Times;
                TimestampTally all = lines.TimesOf(group.Key);
                if (times.Source == TimestampSource.Column)
                {
                    TimestampUnit unit = TimestampRule.Recognise(all) ?? throw SourceTimes.NoUnit(group.Key, all);
                    bool isOther = unit != TimestampUnit.Auto && unit != times.Unit;
                    times = isOther ? new TimestampRule(unit, TimestampSource.Column) : times;
                    isSettled &= !isOther;
                }

                better.AddRange(group.Select(source => source with { Times = times }));
            }

            if (isSettled)
            {
                return lines;
            }

            lines.Dispose();
            sources = better;
        }
    }

    /// <summary>Rounds until nothing changes; the table before a round goes when the round is done.</summary>
    private static string KCore(Workspace workspace, IngestOptions options, long pairs, PlanNames names)
    {
        long before = pairs;
        int round = 0;
        while (IngestPlan.KCoreRound(round + 1, options, names) is { } statement)
        {
            round++;
            workspace.Make([names.KCore(round)], [statement]);
            workspace.Drop(names.KCore(round - 1));
            long left = BatchReader.Row(
                workspace.Session,
                IngestPlan.KCoreCount(round, names),
                workspace.Cancellation,
                "interaction_count"
            )[0];
            workspace.Progress?.Report(new WorkProgress($"k-core, round {round}", "interactions", left, before));
            if (left == before || !options.Iterate)
            {
                break;
            }

            if (round == MostRounds)
            {
                throw new InputException(
                    $"the k-core still changes after {MostRounds} rounds ({before} "
                        + $"interactions, then {left}); use -Engine local, or ingest.iterate=false"
                );
            }

            before = left;
        }

        return names.KCore(round);
    }

    private static string[] RawIds(Workspace workspace, Statement statement)
    {
        List<string> ids = [];
        foreach (BatchReader reader in workspace.Read(statement))
        {
            ids.AddRange(reader.Texts("raw_id"));
        }

        return [.. ids];
    }

    private static List<DegreeCount> Degrees(Workspace workspace, Statement statement)
    {
        List<DegreeCount> degrees = [];
        foreach (BatchReader reader in workspace.Read(statement))
        {
            degrees.AddRange(
                reader
                    .Longs("degree")
                    .Zip(reader.Longs("node_count"), (degree, count) => new DegreeCount((int)degree, (int)count))
            );
        }

        return degrees;
    }
}
