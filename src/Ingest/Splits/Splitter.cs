using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Splits;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>
/// Splits interactions into training, validation and test. Every rule is a function of the set of interactions, the options
/// and the seed; the order in which rows were read and the number of threads change nothing.
/// </summary>
public static class Splitter
{
    /// <summary>Splits interactions.</summary>
    /// <param name="interactions">Ordered by user and item without repeats.</param>
    /// <param name="userIds">Raw user ids by user id, themselves in the order of their UTF-8 bytes.</param>
    /// <param name="itemIds">Raw item ids by item id, likewise.</param>
    /// <param name="options">The rule.</param>
    /// <param name="seed">Names one of the splits that a rule by hash can give; rules by time use it to break ties.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InputException">The rule needs times or labels that the data do not have, or the ratios are no
    /// ratios.</exception>
    /// <exception cref="ArgumentException">The columns are not what they should be.</exception>
    public static SplitResult Split(
        Interactions interactions,
        string[] userIds,
        string[] itemIds,
        SplitOptions options,
        long seed,
        int threads = 1,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentNullException.ThrowIfNull(userIds);
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        Check(interactions, userIds, itemIds, options);
        SplitPart[] parts;
        if (options.Method == SplitMethod.Labels)
        {
            parts = SplitRules.ByLabel(interactions);
            if (options.ValidFromTrain > 0)
            {
                using RowKeys keys = RowKeys.Of(interactions, userIds, itemIds, seed, threads, cancellation);
                SplitRules.TakeValidation(parts, keys, options.ValidFromTrain);
            }
        }
        else
        {
            using RowKeys keys = RowKeys.Of(interactions, userIds, itemIds, seed, threads, cancellation);
            parts = options.Method switch
            {
                SplitMethod.Random => SplitRules.Random(keys, options.Ratios, threads),
                SplitMethod.PerUser => SplitRules.PerUser(interactions, keys),
                SplitMethod.LeaveOneOut => SplitRules.LeaveOneOut(interactions, keys),
                SplitMethod.UserTime => SplitRules.UserTime(interactions, keys, options.Ratios),
                SplitMethod.GlobalTime => SplitRules.GlobalTime(interactions, keys, options.Ratios),
                _ => throw new ArgumentOutOfRangeException(nameof(options), options.Method, "There is no such split."),
            };
        }

        cancellation.ThrowIfCancellationRequested();
        return new SplitResult(parts, SplitCount.Finish(parts, interactions, itemIds.Length, options, seed, threads));
    }

    /// <summary>Sees that the columns are what they should be, and that the rule has what it needs.</summary>
    /// <exception cref="InputException">The rule needs times or labels that the data do not have, or the ratios are no ratios.</exception>
    /// <exception cref="ArgumentException">The columns are not what they should be.</exception>
    internal static void Check(Interactions interactions, string[] userIds, string[] itemIds, SplitOptions options)
    {
        InteractionsCheck.Enforce(interactions, userIds.Length, itemIds.Length);
        CheckRatios(options.Ratios);
        CheckValidFromTrain(options);
        if (options.Method is SplitMethod.UserTime or SplitMethod.GlobalTime)
        {
            SplitRules.Times(interactions, options.Method);
        }
        else if (options.Method == SplitMethod.Labels)
        {
            SplitRules.Labels(interactions);
        }
    }

    private static void CheckValidFromTrain(SplitOptions options)
    {
        if (options.ValidFromTrain > 0 && options.Method != SplitMethod.Labels)
        {
            throw new InputException(
                "split.validFromTrain is for split.method labels; with another method say the shares in split.ratios, such as [8, 1, 1]"
            );
        }
    }

    private static void CheckRatios(IReadOnlyList<int> ratios)
    {
        if (ratios.Count != 3 || ratios.Any(ratio => ratio < 0) || ratios[0] == 0)
        {
            throw new InputException(
                $"split.ratios is [{string.Join(", ", ratios)}]; give three whole "
                    + "numbers for train, valid and test, the first above 0, such as [8, 1, 1]"
            );
        }
    }
}
