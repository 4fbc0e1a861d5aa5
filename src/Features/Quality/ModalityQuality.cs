namespace CranePipeline.Features;

/// <summary>One modality's section of the quality report, ready to be written as JSON.</summary>
/// <param name="Modality">The modality's name.</param>
/// <param name="Features">The table's statistics; null where only imported candidates exist.</param>
/// <param name="Candidates">The candidate lists' statistics; null where the modality was left out.</param>
/// <param name="Examples">Items with their nearest items.</param>
public sealed record ModalityQuality(
    string Modality,
    FeatureStatistics? Features,
    CandidateStatistics? Candidates,
    IReadOnlyList<NeighbourExample> Examples
);

/// <summary>What a modality's candidate lists look like.</summary>
public sealed record CandidateStatistics
{
    /// <summary>"exact", "ivf" or "import".</summary>
    public required string Method { get; init; }

    /// <summary>Places of each item.</summary>
    public required int Count { get; init; }

    /// <summary>Items without any candidate.</summary>
    public required int Isolated { get; init; }

    /// <summary>Items without a vector of their own.</summary>
    public required int Missing { get; init; }

    /// <summary>Items whose vector is zero.</summary>
    public required int ZeroVectors { get; init; }

    /// <summary>Lists of an approximate search, and those an item was compared with; null for the other methods.</summary>
    public int? Lists { get; init; }

    /// <inheritdoc cref="Lists"/>
    public int? Probes { get; init; }

    /// <summary>Recall of an approximate search on its sample; null for the other methods.</summary>
    public double? MeasuredRecall { get; init; }

    /// <summary>
    /// Similarity of the nearest item: the 5, 25, 50, 75 and 95 % quantiles over items; null where similarities are not known.
    /// </summary>
    public IReadOnlyList<double>? NearestSimilarity { get; init; }

    /// <summary>Items that are in nobody's list: the item graph cannot recommend them.</summary>
    public required int NeverListed { get; init; }

    /// <summary>The most lists one item is in; far above <see cref="Count"/> it is a hub that says little about its neighbours.</summary>
    public required int LargestHub { get; init; }

    /// <summary>Share of pairs that name each other.</summary>
    public required double Mutual { get; init; }
}

/// <summary>An item with its nearest items, for a person to judge.</summary>
/// <param name="Item">The item.</param>
/// <param name="Neighbours">Its nearest items, most similar first.</param>
public sealed record NeighbourExample(NamedItem Item, IReadOnlyList<SimilarItem> Neighbours);

/// <summary>A neighbour of an item.</summary>
/// <param name="Item">The neighbour.</param>
/// <param name="Similarity">Its cosine; null where an import does not give it.</param>
public sealed record SimilarItem(NamedItem Item, double? Similarity);

/// <summary>An item as a person knows it.</summary>
/// <param name="Item">Item number.</param>
/// <param name="RawId">Raw id.</param>
/// <param name="Title">Title, cleaned of HTML; null where the metadata has none.</param>
public sealed record NamedItem(int Item, string RawId, string? Title);
