namespace CranePipeline.Ingest.Metadata;

/// <summary>What one chunk of lines gave.</summary>
internal sealed class ParsedMetadata
{
    public List<ItemMetadata> Items { get; } = [];

    public List<QuarantinedLine> Faults { get; } = [];

    public long Lines { get; set; }
}
