namespace CranePipeline.Ingest.Metadata;

/// <summary>What a catalogue says about one item. HTML and entities stand as the file has them.</summary>
/// <param name="Asin">The raw item id as interactions have it: <c>parent_asin</c> in the 2023 release, else <c>asin</c>.</param>
/// <param name="Title">The product's title, or null.</param>
/// <param name="Brand">The brand (2023: the store), or null.</param>
/// <param name="Categories">Category names in the file's order, each once; paths of categories are strung together.</param>
/// <param name="Description">The description and after it the 2018 and 2023 releases' list of features, lines of one text; or
/// null.</param>
/// <param name="Price">The price in dollars where there is a single one, or null.</param>
public sealed record ItemMetadata(
    string Asin,
    string? Title,
    string? Brand,
    IReadOnlyList<string> Categories,
    string? Description,
    double? Price
);
