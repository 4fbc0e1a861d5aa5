namespace CranePipeline.Ingest.Metadata;

/// <summary>What was read from the metadata files.</summary>
/// <param name="Items">The wanted items that have metadata, each once, in the order in which the files first name them.</param>
/// <param name="Files">The files read.</param>
/// <param name="Lines">Lines with something on them, the quarantined among them.</param>
/// <param name="Repeated">Lines about a wanted item that an earlier line was about; they only fill in what was missing.</param>
/// <param name="QuarantinedLines">Lines that could not be used.</param>
/// <param name="Quarantine">The first of those, in order, to be written out.</param>
public sealed record MetadataResult(
    IReadOnlyList<ItemMetadata> Items,
    IReadOnlyList<SourceFile> Files,
    long Lines,
    long Repeated,
    long QuarantinedLines,
    IReadOnlyList<QuarantinedLine> Quarantine
);
