using System.Globalization;
using CranePipeline.Ingest.Parsing;

namespace CranePipeline.Ingest.Internals;

/// <summary>Counts in a form to be told.</summary>
internal static class StatisticsBuilder
{
    public static IngestStatistics Build(
        IReadOnlyList<FileRows> files,
        InteractionMatrix matrix,
        int[] userDegrees,
        int[] itemDegrees,
        int interactions,
        IngestOptions options
    )
    {
        WorkerRows[] workers = [.. files.SelectMany(file => file.Workers)];
        long rows = workers.Sum(worker => worker.Rows);
        long timed = workers.Sum(worker => worker.WithTimestamp);
        long labelled = workers.Sum(worker => worker.WithLabel);
        int users = KCore.Kept(userDegrees).Length;
        int items = KCore.Kept(itemDegrees).Length;
        IngestStatistics statistics = new()
        {
            Lines = files.Sum(file => file.Lines),
            Rows = rows,
            RawUsers = matrix.RawUsers,
            RawItems = itemDegrees.Length,
            Quarantined = Quarantined(workers),
            RepairedTimestamps = workers.Sum(worker => worker.RepairedTimestamps),
            WithoutTimestamp = timed == 0 ? 0 : rows - timed,
            WithoutLabel = labelled == 0 ? 0 : rows - labelled,
            BelowMinRating = workers.Sum(worker => worker.BelowMinRating),
            ExactDuplicates = matrix.Repeats.ExactDuplicates,
            RepeatedPairs = matrix.Repeats.RepeatedPairs,
            LabelConflicts = matrix.Repeats.LabelConflicts,
            UsersRemoved = matrix.RawUsers - users,
            ItemsRemoved = itemDegrees.Length - items,
            InteractionsRemoved = matrix.RawPairs - interactions,
            Timestamps = Timestamps(files),
            Users = users,
            Items = items,
            Interactions = interactions,
            UserDegrees = Histogram(userDegrees),
            ItemDegrees = Histogram(itemDegrees),
        };
        return statistics with { Reasons = Reasons(statistics, files, options) };
    }

    /// <summary>Reasons for lines in quarantine, the most frequent first, each with its first line.</summary>
    public static IEnumerable<ReasonCount> Faults(IReadOnlyList<FileRows> files, IngestOptions options)
    {
        (QuarantinedLine Line, string Place)[] lines =
        [
            .. files.SelectMany(file =>
                file.Quarantine(options.QuarantineSample).Select(line => (line, file.Format.Table is null ? "line" : "row"))
            ),
        ];
        return Quarantined(files.SelectMany(file => file.Workers))
            .OrderByDescending(fault => fault.Value)
            .Select(fault =>
            {
                (QuarantinedLine? first, string place) = Array.Find(lines, line => line.Line.Kind == fault.Key);
                string? example = first is null
                    ? null
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"{(string.IsNullOrEmpty(first.Value) ? "" : $"\"{first.Value}\" in ")}{first.File} {place} {first.Line}"
                    );
                return new ReasonCount(fault.Value, first?.Reason ?? LineFaults.Describe(fault.Key), example);
            });
    }

    /// <summary>Lines in quarantine, kind by kind.</summary>
    public static SortedDictionary<LineFault, long> Quarantined(IEnumerable<WorkerRows> workers)
    {
        SortedDictionary<LineFault, long> quarantined = [];
        foreach (WorkerRows worker in workers)
        {
            foreach (LineFault fault in Enum.GetValues<LineFault>().Where(fault => worker.Faults[(int)fault] > 0))
            {
                quarantined[fault] = quarantined.GetValueOrDefault(fault) + worker.Faults[(int)fault];
            }
        }

        return quarantined;
    }

    /// <summary>How each source's times were read.</summary>
    public static List<TimestampColumn> Timestamps(IReadOnlyList<FileRows> files)
    {
        List<TimestampColumn> columns = [];
        foreach (IGrouping<TimestampRule, FileRows> source in files.GroupBy(file => file.Times))
        {
            TimestampTally all = new();
            foreach (WorkerRows worker in source.SelectMany(file => file.Workers))
            {
                all.Add(worker.Times);
            }

            if (all.First <= all.Last)
            {
                columns.Add(new TimestampColumn(source.First().Source.Path, source.Key.Unit, all.First, all.Last));
            }
        }

        return columns;
    }

    /// <summary>All that was dropped or mended.</summary>
    public static List<ReasonCount> Reasons(IngestStatistics statistics, IReadOnlyList<FileRows> files, IngestOptions options)
    {
        List<ReasonCount> reasons =
        [
            .. Faults(files, options).Select(fault => fault with { Reason = "lines left out: " + fault.Reason }),
        ];
        FileRows[] empty = [.. files.Where(file => file.Format.IsEmpty)];
        Add(empty.Length, "files are empty", empty.FirstOrDefault()?.File.Path);
        Add(
            statistics.BelowMinRating,
            string.Create(CultureInfo.InvariantCulture, $"rows left out: rating below {options.MinRating} (ingest.minRating)")
        );
        Add(statistics.ExactDuplicates, "rows left out: the same as another row");
        Add(statistics.RepeatedPairs, "rows left out: another row of the same user and item is earlier");
        Add(statistics.LabelConflicts, "pairs of user and item have different labels; the earliest row's counts");
        Add(statistics.RepairedTimestamps, "times could not be any and were taken from the date written out beside them");
        Add(statistics.WithoutTimestamp, "rows have no time, though others do");
        Add(statistics.WithoutLabel, "rows have no label, though others do; a split by labels leaves them out");
        Add(
            statistics.InteractionsRemoved,
            $"interactions left out with {statistics.UsersRemoved:N0} users and {statistics.ItemsRemoved:N0} "
                + "items that have too few (ingest.minUserInteractions, ingest.minItemInteractions)"
        );
        return reasons;

        void Add(long count, string reason, string? example = null)
        {
            if (count > 0)
            {
                reasons.Add(new ReasonCount(count, reason, example));
            }
        }
    }

    private static List<DegreeCount> Histogram(int[] degrees) =>
        [
            .. degrees
                .Where(degree => degree > 0)
                .CountBy(degree => degree)
                .OrderBy(bar => bar.Key)
                .Select(bar => new DegreeCount(bar.Key, bar.Value)),
        ];
}
