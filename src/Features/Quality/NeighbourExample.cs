namespace CranePipeline.Features;

/// <summary>An item with its nearest items, for a person to judge.</summary>
/// <param name="Item">The item.</param>
/// <param name="Neighbours">Its nearest items, most similar first.</param>
public sealed record NeighbourExample(NamedItem Item, IReadOnlyList<SimilarItem> Neighbours);
