namespace CranePipeline.Features;

/// <summary>A neighbour of an item.</summary>
/// <param name="Item">The neighbour.</param>
/// <param name="Similarity">Its cosine; null where an import does not give it.</param>
public sealed record SimilarItem(NamedItem Item, double? Similarity);
