using CranePipeline.Ingest.Internals;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>
/// Turns raw files of reviews or ratings into the k-core of implicit feedback with integer ids. The rules, in order: lines are parsed
/// (<c>Parsing/</c>), rows judged (<c>RowRules</c>), one interaction kept a pair (<c>Deduplication</c>), users and items with few of
/// them removed (<c>KCore</c>) and the others numbered in the order of their raw ids (<c>IdOrder</c>).
/// </summary>
public static class Ingestor
{
    /// <summary>The raw files that the options name, in the order in which they count, each once.</summary>
    /// <param name="options">What to read.</param>
    /// <param name="dataFolder">Where relative paths start.</param>
    /// <exception cref="InputException">A pattern or path matches no file.</exception>
    public static IReadOnlyList<SourceFile> ResolveSources(IngestOptions options, string dataFolder) =>
        [
            .. SourceResolver.Resolve(options, dataFolder).Select(source => source.File),
            .. SourceResolver.IdMaps(options, dataFolder),
        ];

    /// <summary>Reads, cleans, cuts to the k-core and numbers.</summary>
    /// <param name="options">What to read and which rules to apply.</param>
    /// <param name="dataFolder">Where relative paths start.</param>
    /// <param name="threads">How many threads to use; the result does not depend on it.</param>
    /// <param name="progress">Told of bytes read, then of each later step.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="InputException">
    /// A file is missing, truncated, damaged or of an unknown format, too many lines are unreadable, or nothing is left.
    /// </exception>
    public static IngestResult Run(
        IngestOptions options,
        string dataFolder,
        int threads,
        IProgress<WorkProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        List<ResolvedSource> sources = SourceResolver.Resolve(options, dataFolder);
        using RowReader reader = new(options, dataFolder, threads, progress, cancellation);
        IReadOnlyList<FileRows> files = reader.Read(sources);
        ReadingCheck.Enforce(files, options);
        long rows = files.Sum(file => file.Rows);
        Tell("grouping by user", 0);
        List<RowStore> stores = [.. files.SelectMany(file => file.Workers).Select(worker => worker.Store)];
        ItemOrder items = new(stores, threads);
        using InteractionMatrix matrix = InteractionMatrixBuilder.Build(
            stores,
            reader.Pool,
            reader.LongUsers,
            items,
            options.MinUserInteractions,
            countAll: !options.Iterate,
            threads,
            cancellation
        );
        Tell("finding the core", 0);
        (int[] userDegrees, int[] itemDegrees) = KCore.Find(
            matrix,
            options.MinUserInteractions,
            options.MinItemInteractions,
            options.Iterate,
            threads
        );
        cancellation.ThrowIfCancellationRequested();
        Tell("numbering users and items", 0);
        int[] users = IdOrder.Sort(matrix.Users, KCore.Kept(userDegrees), threads);
        KeptItems keptItems = new(itemDegrees);
        Interactions interactions = InteractionLayout.Lay(
            matrix,
            userDegrees,
            users,
            keptItems,
            (
                files.Any(file => file.Workers.Any(worker => worker.WithRating > 0)),
                files.Any(file => file.Workers.Any(worker => worker.WithTimestamp > 0)),
                files.Any(file => file.Workers.Any(worker => worker.WithLabel > 0))
            ),
            threads,
            cancellation
        );
        IngestStatistics statistics = StatisticsBuilder.Build(
            files,
            matrix,
            userDegrees,
            itemDegrees,
            interactions.Count,
            options
        );
        Tell("numbering users and items", rows);
        if (interactions.Count == 0)
        {
            throw new InputException(
                $"no interaction is left of {rows} rows after cleaning and the {options.MinUserInteractions}-core; "
                    + "lower ingest.minUserInteractions or minItemInteractions, or check ingest.interactions"
            );
        }

        return new IngestResult
        {
            UserIds = IdOrder.Texts(matrix.Users, users, threads),
            ItemIds = IdOrder.Texts(items.Table, [.. keptItems.Ranks().Select(items.NumberOf)], threads),
            Interactions = interactions,
            Statistics = statistics,
            Quarantine = [.. files.SelectMany(file => file.Quarantine(options.QuarantineSample))],
            Sources = [.. files.Select(file => file.File)],
        };

        void Tell(string activity, long done) => progress?.Report(new WorkProgress(activity, "rows", done, rows));
    }
}
