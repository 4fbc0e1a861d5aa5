using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>The k-core of implicit feedback with its raw ids, and how it came about.</summary>
public sealed class IngestResult
{
    /// <summary>Raw user ids; a user's integer id is the place in here, the raw ids' order in UTF-8 bytes.</summary>
    public required string[] UserIds { get; init; }

    /// <summary>Raw item ids, likewise.</summary>
    public required string[] ItemIds { get; init; }

    /// <summary>What is left, a row an interaction.</summary>
    public required Interactions Interactions { get; init; }

    /// <summary>What was read, removed and kept.</summary>
    public required IngestStatistics Statistics { get; init; }

    /// <summary>The first faulty lines of every file, in the files' order.</summary>
    public required QuarantinedLine[] Quarantine { get; init; }

    /// <summary>The files that were read.</summary>
    public required SourceFile[] Sources { get; init; }
}
