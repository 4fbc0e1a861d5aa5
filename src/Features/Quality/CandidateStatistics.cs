namespace CranePipeline.Features;

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

    /// <summary>Recall of an approximate search on its sample; null for the other methods.</summary>
    public double? MeasuredRecall { get; init; }

    /// <summary>Similarity of the nearest item: the 5, 25, 50, 75 and 95 % quantiles over items; null where similarities are not known.</summary>
    public IReadOnlyList<double>? NearestSimilarity { get; init; }

    /// <summary>Items that are in nobody's list: the item graph cannot recommend them.</summary>
    public required int NeverListed { get; init; }

    /// <summary>The most lists one item is in; far above <see cref="Count"/> it is a hub that says little about its neighbours.</summary>
    public required int LargestHub { get; init; }

    /// <summary>Share of pairs that name each other.</summary>
    public required double Mutual { get; init; }
}
