using CranePipeline.Ingest.Splits;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>
/// Splits interactions into training, validation and test. Every rule is a function of the set of interactions, the options
/// and the seed; the order in which rows were read and the number of threads change nothing.
/// </summary>
public static class Splitter
{
    /// <summary>Splits what <see cref="Ingestor.Run"/> returned.</summary>
    public static SplitResult Split(
        IngestResult interactions,
        SplitOptions options,
        long seed,
        int threads = 1,
        CancellationToken cancellation = default
    ) => Split(interactions, options, [seed], threads, cancellation)[0];

    /// <summary>Splits once a seed; what the splits have in common is prepared once. Each is what a call for its seed alone gives.</summary>
    public static IReadOnlyList<SplitResult> Split(
        IngestResult interactions,
        SplitOptions options,
        IReadOnlyList<long> seeds,
        int threads = 1,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(interactions);
        return Split(
            interactions.UserIds,
            interactions.ItemIds,
            interactions.Users,
            interactions.Items,
            interactions.Timestamps,
            interactions.Labels,
            options,
            seeds,
            threads,
            cancellation
        );
    }

    /// <summary>Splits interactions given as columns.</summary>
    /// <param name="userIds">Raw user ids by user id.</param>
    /// <param name="itemIds">Raw item ids by item id.</param>
    /// <param name="users">The user of every interaction, ascending.</param>
    /// <param name="items">The item of every interaction, ascending within a user and without repeats.</param>
    /// <param name="timestamps">Times in any unit, <see cref="IngestResult.NoTimestamp"/> where there is none; null if there are none at all.</param>
    /// <param name="labels">0 train, 1 valid, 2 test, <see cref="IngestResult.NoLabel"/> for none; null if there are none at all.</param>
    /// <param name="options">The rule.</param>
    /// <param name="seed">Names one of the splits that a rule by hash can give; rules by time use it to break ties.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InputException">The rule needs times or labels that the data do not have, or the ratios are no ratios.</exception>
    /// <exception cref="ArgumentException">The columns are not what they should be.</exception>
    public static SplitResult Split(
        IReadOnlyList<string> userIds,
        IReadOnlyList<string> itemIds,
        int[] users,
        int[] items,
        long[]? timestamps,
        byte[]? labels,
        SplitOptions options,
        long seed,
        int threads = 1,
        CancellationToken cancellation = default
    ) => Split(userIds, itemIds, users, items, timestamps, labels, options, [seed], threads, cancellation)[0];

    private static List<SplitResult> Split(
        IReadOnlyList<string> userIds,
        IReadOnlyList<string> itemIds,
        int[] users,
        int[] items,
        long[]? timestamps,
        byte[]? labels,
        SplitOptions options,
        IReadOnlyList<long> seeds,
        int threads,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(userIds);
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        ColumnCheck.Throw(userIds.Count, itemIds.Count, users, items, timestamps, labels, threads);
        CheckRatios(options.Ratios);
        long[] allSeeds = [.. seeds];
        SplitPart[][] parts = Parts(userIds, itemIds, users, items, timestamps, labels, options, allSeeds, threads, cancellation);
        cancellation.ThrowIfCancellationRequested();
        int untimed = options.Method is SplitMethod.UserTime or SplitMethod.GlobalTime or SplitMethod.LeaveOneOut
            ? timestamps?.AsSpan().Count(IngestResult.NoTimestamp) ?? 0
            : 0;
        List<SplitResult> results = [];
        for (int first = 0; first < allSeeds.Length; first += SplitChecker.MostSeeds)
        {
            Range group = first..Math.Min(first + SplitChecker.MostSeeds, allSeeds.Length);
            SplitReport[] reports = SplitChecker.Finish(
                parts[group],
                allSeeds[group],
                users,
                items,
                itemIds.Count,
                options,
                untimed,
                threads
            );
            results.AddRange(parts[group].Zip(reports, (marks, report) => new SplitResult(marks, report)));
        }

        return results;
    }

    /// <summary>For every seed each row's part by the rule.</summary>
    private static SplitPart[][] Parts(
        IReadOnlyList<string> userIds,
        IReadOnlyList<string> itemIds,
        int[] users,
        int[] items,
        long[]? timestamps,
        byte[]? labels,
        SplitOptions options,
        long[] seeds,
        int threads,
        CancellationToken cancellation
    )
    {
        // Every entry is written, so there is no need to clear them first.
        SplitPart[][] parts = [.. seeds.Select(_ => GC.AllocateUninitializedArray<SplitPart>(users.Length))];
        if (options.Method == SplitMethod.Labels)
        {
            Array.ForEach(parts, marks => SplitRules.ByLabel(labels, marks));
            return parts;
        }

        using RowHasher hasher = new(userIds, itemIds, users, items);
        if (options.Method == SplitMethod.Random)
        {
            (int first, int second) = SplitRules.Cuts(users.Length, options.Ratios);
            RankCut.Mark(hasher, seeds, first, second, parts, threads, cancellation);
            return parts;
        }

        for (int seed = 0; seed < seeds.Length; seed++)
        {
            using HashOrder order = HashOrder.Of(hasher, seeds[seed], users.Length, threads, cancellation);
            SplitRules.ByOrder(options, users, timestamps, order, parts[seed]);
        }

        return parts;
    }

    private static void CheckRatios(IReadOnlyList<int> ratios)
    {
        if (ratios.Count != 3 || ratios.Any(ratio => ratio < 0) || ratios[0] == 0)
        {
            throw new InputException(
                $"split.ratios is [{string.Join(", ", ratios)}]; give three whole numbers for train, valid and test, the first above 0, such as [8, 1, 1]."
            );
        }
    }
}
