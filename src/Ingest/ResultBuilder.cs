using CranePipeline.Ingest.Graph;
using CranePipeline.Ingest.Rows;
using CranePipeline.Storage;

namespace CranePipeline.Ingest;

/// <summary>From rows to the result: distinct pairs, k-core, ids, layout, statistics.</summary>
internal static class ResultBuilder
{
    public static IngestResult Build(
        IdTable longUsers,
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
        ItemNumbers numbers = new(stores);
        IdTable items = numbers.Table;
        using PairTable pairs = PairTable.Build(stores, longUsers, numbers, threads, cancellation);
        UserTable users = pairs.Users;
        progress?.Report(new WorkProgress("finding the core", "rows", 0, rows));
        (int[] userDegrees, int[] itemDegrees) = Core.Find(
            pairs,
            items.Count,
            options.MinUserInteractions,
            options.MinItemInteractions,
            options.Iterate,
            threads
        );
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new WorkProgress("numbering users and items", "rows", 0, rows));
        (IdOrder userOrder, IdOrder itemOrder) = (null!, null!);
        Parallel.Invoke(
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            () => userOrder = IdOrder.Of(users, userDegrees, threads),
            () => itemOrder = IdOrder.Of(items, itemDegrees, threads)
        );
        (int[] userColumn, int[] itemColumn, float[]? ratings, long[]? timestamps, byte[]? labels) = InteractionLayout.Lay(
            pairs,
            userDegrees,
            userOrder,
            itemOrder,
            files.Exists(file => file.HasRatings),
            files.Exists(file => file.HasTimestamps),
            files.Exists(file => file.HasLabels),
            threads,
            cancellation
        );
        IngestStatistics statistics = Statistics(files, pairs, users, items, userDegrees, itemDegrees, userColumn.Length);
        progress?.Report(new WorkProgress("numbering users and items", "rows", rows, rows));
        return new IngestResult
        {
            UserIds = userOrder.Texts(users, threads),
            ItemIds = itemOrder.Texts(items, threads),
            Users = userColumn,
            Items = itemColumn,
            Ratings = ratings,
            Timestamps = timestamps,
            Labels = labels,
            Statistics = statistics,
            Quarantine = [.. files.SelectMany(file => file.Quarantine)],
            Sources = [.. files.Select(file => file.File)],
        };
    }

    private static IngestStatistics Statistics(
        List<FileRows> files,
        PairTable pairs,
        UserTable users,
        IdTable items,
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
            RawUsers = users.Count,
            RawItems = items.Count,
            Quarantined = quarantined,
            ImplausibleTimestamps = files.Sum(file => file.ImplausibleTimestamps),
            RepairedTimestamps = files.Sum(file => file.RepairedTimestamps),
            BelowMinRating = files.Sum(file => file.BelowMinRating),
            ExactDuplicates = pairs.ExactDuplicates,
            RepeatedPairs = pairs.RepeatedPairs,
            LabelConflicts = pairs.LabelConflicts,
            UsersRemoved = users.Count - keptUsers,
            ItemsRemoved = items.Count - keptItems,
            InteractionsRemoved = pairs.Degrees.Sum(degree => (long)degree) - interactions,
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
