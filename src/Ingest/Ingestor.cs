using CranePipeline.Ingest.Rows;
using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>Turns raw files of reviews or ratings into the k-core of implicit feedback with integer ids.</summary>
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
        List<FileRows> files = reader.Read(sources);
        QuarantineCheck.Enforce(files, options);
        IngestResult result = ResultBuilder.Build(reader, files, options, threads, progress, cancellation);
        return result.Interactions.Count > 0
            ? result
            : throw new InputException(
                $"no interaction is left of {result.Statistics.Rows} rows after cleaning and the {options.MinUserInteractions}-core; lower ingest.minUserInteractions or minItemInteractions, or check ingest.interactions."
            );
    }
}
