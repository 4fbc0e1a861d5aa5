namespace CranePipeline.Ingest.Metadata;

/// <summary>Puts the chunks' items together, each item once.</summary>
internal sealed class MetadataMerge(int keptFaults)
{
    private readonly List<ItemMetadata> items = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
    private readonly List<QuarantinedLine> faults = [];
    private long repeated;

    public long Lines { get; private set; }

    public long FaultCount { get; private set; }

    public IReadOnlyList<QuarantinedLine> Faults => faults;

    public void Add(ParsedMetadata parsed)
    {
        Lines += parsed.Lines;
        FaultCount += parsed.Faults.Count;
        faults.AddRange(parsed.Faults.Take(keptFaults - faults.Count));
        foreach (ItemMetadata item in parsed.Items)
        {
            if (places.TryAdd(item.Asin, items.Count))
            {
                items.Add(item);
                continue;
            }

            repeated++;
            ItemMetadata earlier = items[places[item.Asin]];
            items[places[item.Asin]] = earlier with
            {
                Title = earlier.Title ?? item.Title,
                Brand = earlier.Brand ?? item.Brand,
                Categories = earlier.Categories.Count > 0 ? earlier.Categories : item.Categories,
                Description = earlier.Description ?? item.Description,
                Price = earlier.Price ?? item.Price,
            };
        }
    }

    public MetadataResult ToResult(IReadOnlyList<SourceFile> files) => new(items, files, Lines, repeated, FaultCount, faults);
}
