using CranePipeline.Ingest.Graph;
using CranePipeline.Ingest.Rows;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>From rows to the result: distinct pairs, k-core, ids, layout, statistics.</summary>
internal static class ResultBuilder
{
    public static IngestResult Build(
        RowReader reader,
        List<FileRows> files,
        IngestOptions options,
        int threads,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        long rows = files.Sum(file => file.Stores.Sum(store => store.Count));
        if (rows > Array.MaxLength)
        {
            throw new InputException(
                $"there are {rows} interactions, more than the {Array.MaxLength} that fit; split the data set into parts."
            );
        }

        List<RowStore> stores = [.. files.SelectMany(file => file.Stores)];
        foreach (FileRows file in files)
        {
            file.Release();
        }

        progress?.Report(new WorkProgress("grouping by user", "rows", 0, rows));
        ItemOrder items = new(stores, threads);
        using PairTable pairs = PairTableBuilder.Build(
            stores,
            reader.Pool,
            reader.LongUsers,
            items,
            options.MinUserInteractions,
            countAll: !options.Iterate,
            threads,
            cancellation
        );
        progress?.Report(new WorkProgress("finding the core", "rows", 0, rows));
        (int[] userDegrees, int[] itemDegrees) = Core.Find(
            pairs,
            options.MinUserInteractions,
            options.MinItemInteractions,
            options.Iterate,
            threads
        );
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new WorkProgress("numbering users and items", "rows", 0, rows));
        int[] users = IdOrder.Sort(pairs.Users, Kept(userDegrees), threads);
        KeptItems keptItems = new(itemDegrees);
        Interactions interactions = InteractionLayout.Lay(
            pairs,
            userDegrees,
            users,
            keptItems,
            files.Exists(file => file.HasRatings),
            files.Exists(file => file.HasTimestamps),
            files.Exists(file => file.HasLabels),
            threads,
            cancellation
        );
        IngestStatistics statistics = Statistics(files, pairs, userDegrees, itemDegrees, interactions.Count);
        progress?.Report(new WorkProgress("numbering users and items", "rows", rows, rows));
        return new IngestResult
        {
            UserIds = IdOrder.Texts(pairs.Users, users, threads),
            ItemIds = IdOrder.Texts(items.Table, [.. keptItems.Ranks().Select(items.NumberOf)], threads),
            Interactions = interactions,
            Statistics = statistics,
            Quarantine = [.. files.SelectMany(file => file.Quarantine)],
            Sources = [.. files.Select(file => file.File)],
        };
    }

    /// <summary>Who has interactions left.</summary>
    private static int[] Kept(int[] degrees)
    {
        int[] kept = new int[degrees.Length - degrees.AsSpan().Count(0)];
        for (int node = 0, at = 0; at < kept.Length; node++)
        {
            kept[at] = node;
            at += degrees[node] > 0 ? 1 : 0;
        }

        return kept;
    }

    private static IngestStatistics Statistics(
        List<FileRows> files,
        PairTable pairs,
        int[] userDegrees,
        int[] itemDegrees,
        int interactions
    )
    {
        int keptUsers = userDegrees.Length - userDegrees.AsSpan().Count(0);
        int keptItems = itemDegrees.Length - itemDegrees.AsSpan().Count(0);
        SortedDictionary<LineFault, long> quarantined = [];
        foreach (LineFault kind in Enum.GetValues<LineFault>())
        {
            long count = files.Sum(file => file.Faults[(int)kind]);
            if (count > 0)
            {
                quarantined.Add(kind, count);
            }
        }

        return new IngestStatistics
        {
            Lines = files.Sum(file => file.Lines),
            Rows = files.Sum(file => file.Rows),
            RawUsers = pairs.RawUsers,
            RawItems = itemDegrees.Length,
            Quarantined = quarantined,
            ImplausibleTimestamps = files.Sum(file => file.ImplausibleTimestamps),
            RepairedTimestamps = files.Sum(file => file.RepairedTimestamps),
            BelowMinRating = files.Sum(file => file.BelowMinRating),
            ExactDuplicates = pairs.Repeats.ExactDuplicates,
            RepeatedPairs = pairs.Repeats.RepeatedPairs,
            LabelConflicts = pairs.Repeats.LabelConflicts,
            UsersRemoved = pairs.RawUsers - keptUsers,
            ItemsRemoved = itemDegrees.Length - keptItems,
            InteractionsRemoved = pairs.RawPairs - interactions,
            Users = keptUsers,
            Items = keptItems,
            Interactions = interactions,
            UserDegrees = Histogram(userDegrees),
            ItemDegrees = Histogram(itemDegrees),
        };
    }

    private static List<DegreeCount> Histogram(int[] degrees)
    {
        // Nearly all degrees are small, and an array takes those faster.
        int[] small = new int[1024];
        SortedDictionary<int, int> large = [];
        foreach (int degree in degrees)
        {
            if (degree < small.Length)
            {
                small[degree]++;
            }
            else
            {
                large[degree] = large.GetValueOrDefault(degree) + 1;
            }
        }

        return
        [
            .. Enumerable
                .Range(1, small.Length - 1)
                .Where(degree => small[degree] > 0)
                .Select(degree => new DegreeCount(degree, small[degree])),
            .. large.Select(bar => new DegreeCount(bar.Key, bar.Value)),
        ];
    }
}
