namespace CranePipeline.Ingest;

/// <summary>The k-core of implicit feedback, a row an interaction, ordered by user and item.</summary>
public sealed class IngestResult
{
    /// <summary>Stands in <see cref="Timestamps"/> for a row without a time.</summary>
    public const long NoTimestamp = long.MinValue;

    /// <summary>Stands in <see cref="Labels"/> for a row without a label.</summary>
    public const byte NoLabel = byte.MaxValue;

    /// <summary>Raw user ids; a user's integer id is the place in here, the raw ids' order in UTF-8 bytes.</summary>
    public required string[] UserIds { get; init; }

    /// <summary>Raw item ids, likewise.</summary>
    public required string[] ItemIds { get; init; }

    /// <summary>The user of every interaction, ascending.</summary>
    public required int[] Users { get; init; }

    /// <summary>The item of every interaction, ascending within a user.</summary>
    public required int[] Items { get; init; }

    /// <summary>Ratings, NaN where a row has none; null if no row has one.</summary>
    public required float[]? Ratings { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC, or <see cref="NoTimestamp"/>; null if no row has one.</summary>
    public required long[]? Timestamps { get; init; }

    /// <summary>A published split's part: 0 train, 1 valid, 2 test, or <see cref="NoLabel"/>; null if no row has one.</summary>
    public required byte[]? Labels { get; init; }

    /// <summary>What was read, removed and kept.</summary>
    public required IngestStatistics Statistics { get; init; }

    /// <summary>The first faulty lines of every file, in the files' order.</summary>
    public required QuarantinedLine[] Quarantine { get; init; }

    /// <summary>The files that were read.</summary>
    public required SourceFile[] Sources { get; init; }
}
