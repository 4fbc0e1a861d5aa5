using CranePipeline.Ingest.Graph;
using CranePipeline.Ingest.Rows;
using CranePipeline.Storage;

namespace CranePipeline.Ingest;

/// <summary>From rows to the result: distinct pairs, k-core, ids, layout, statistics.</summary>
internal static class ResultBuilder
{
    public static IngestResult Build(
        IdTable users,
        IdTable items,
        List<FileRows> files,
        IngestOptions options,
        int threads,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        long rows = files.Sum(file => file.Blocks.Sum(block => (long)block.Users.Length));
        if (rows > Array.MaxLength)
        {
            throw new InputException(
                $"there are {rows} interactions, more than the {Array.MaxLength} that fit; split the data set into parts."
            );
        }

        List<RowBlock> blocks = [.. files.SelectMany(file => file.Blocks)];
        foreach (FileRows file in files)
        {
            file.Release();
        }

        progress?.Report(new WorkProgress("grouping by user", "rows", 0, rows));
        using PairTable pairs = PairTable.Build(blocks, users.Count, threads, cancellation);
        progress?.Report(new WorkProgress("finding the core", "rows", 0, rows));
        (int[] userDegrees, int[] itemDegrees) = Core.Find(
            pairs,
            items.Count,
            options.MinUserInteractions,
            options.MinItemInteractions,
            options.Iterate
        );
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new WorkProgress("numbering users and items", "rows", 0, rows));
        IdOrder userOrder = IdOrder.Of(users, userDegrees);
        IdOrder itemOrder = IdOrder.Of(items, itemDegrees);
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
            UserIds = userOrder.Texts(users),
            ItemIds = itemOrder.Texts(items),
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
        IdTable users,
        IdTable items,
        int[] userDegrees,
        int[] itemDegrees,
        int interactions
    )
    {
        int keptUsers = userDegrees.Count(degree => degree > 0);
        int keptItems = itemDegrees.Count(degree => degree > 0);
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
        SortedDictionary<int, int> counts = [];
        foreach (int degree in degrees)
        {
            if (degree > 0)
            {
                counts[degree] = counts.GetValueOrDefault(degree) + 1;
            }
        }

        return [.. counts.Select(bar => new DegreeCount(bar.Key, bar.Value))];
    }
}
