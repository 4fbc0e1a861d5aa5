using CranePipeline.Ingest.Internals;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Splits;

/// <summary>Applies the rule for users without training interactions, and counts what a split has become.</summary>
internal sealed class SplitCount
{
    private readonly bool[] trainedItems;
    private readonly bool[] askedItems;
    private int coldUsers;
    private int coldRows;

    private SplitCount(int itemCount) => (trainedItems, askedItems) = (new bool[itemCount], new bool[itemCount]);

    /// <summary>Finishes the parts, and tells what they are.</summary>
    public static SplitReport Finish(
        SplitPart[] parts,
        Interactions interactions,
        int itemCount,
        SplitOptions options,
        long seed,
        int threads
    )
    {
        bool drop = options.ColdStartUsers == ColdStartUsers.Drop;
        int withoutLabel = options.Method == SplitMethod.Labels ? parts.AsSpan().Count(SplitPart.Dropped) : 0;
        bool byTime = options.Method is SplitMethod.UserTime or SplitMethod.GlobalTime or SplitMethod.LeaveOneOut;
        int[] bounds = Partition.ByUser(interactions.Users, threads);
        SplitCount[] counts = new SplitCount[threads];
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            range =>
            {
                counts[range] = new SplitCount(itemCount);
                counts[range].Count(parts, interactions, bounds[range], bounds[range + 1], drop);
            }
        );
        int coldUsers = counts.Sum(count => count.coldUsers);
        return new SplitReport
        {
            Method = options.Method,
            Seed = seed,
            Train = parts.AsSpan().Count(SplitPart.Train),
            Valid = parts.AsSpan().Count(SplitPart.Valid),
            Test = parts.AsSpan().Count(SplitPart.Test),
            Dropped = parts.AsSpan().Count(SplitPart.Dropped),
            WithoutLabel = withoutLabel,
            ColdStartUsers = coldUsers,
            ColdStartInteractions = counts.Sum(count => count.coldRows),
            EveryUserKnown = coldUsers == 0 || drop,
            ColdStartItems = Enumerable
                .Range(0, itemCount)
                .Count(item =>
                    Array.Exists(counts, count => count.askedItems[item])
                    && !Array.Exists(counts, count => count.trainedItems[item])
                ),
            WithoutTimestamp = byTime && interactions.Timestamps?.Present is { } present ? present.AsSpan().Count(false) : 0,
        };
    }

    /// <summary>Counts the rows of whole users.</summary>
    private void Count(SplitPart[] parts, Interactions interactions, int low, int high, bool drop)
    {
        ReadOnlySpan<int> users = interactions.Users;
        for (int start = low; start < high; )
        {
            int end = start + 1;
            while (end < high && users[end] == users[start])
            {
                end++;
            }

            Span<SplitPart> own = parts.AsSpan(start, end - start);
            int asked = own.Count(SplitPart.Valid) + own.Count(SplitPart.Test);
            if (asked > 0 && !own.Contains(SplitPart.Train))
            {
                coldUsers++;
                coldRows += asked;
                if (drop)
                {
                    own.Fill(SplitPart.Dropped);
                }
            }

            for (int row = start; row < end; row++)
            {
                int item = interactions.Items[row];
                trainedItems[item] |= parts[row] == SplitPart.Train;
                askedItems[item] |= parts[row] is SplitPart.Valid or SplitPart.Test;
            }

            start = end;
        }
    }
}
