namespace CranePipeline.Ingest.Metadata;

/// <summary>A raw file of item metadata, or several that match one pattern.</summary>
public sealed record MetadataSource
{
    /// <summary>
    /// Path relative to the data folder, or a pattern with <c>*</c> and <c>**</c>. Files may be plain, gzip or bzip2,
    /// whatever they are called.
    /// </summary>
    public string Path { get; init; } = "";

    /// <summary>How lines are written.</summary>
    public MetadataFormat Format { get; init; } = MetadataFormat.Auto;
}
