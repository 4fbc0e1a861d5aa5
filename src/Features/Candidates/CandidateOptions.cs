using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Features;

/// <summary>The nearest items of every item, a modality.</summary>
public sealed record CandidateOptions
{
    /// <summary>Items kept for each item.</summary>
    [Range(1, 10_000)]
    public int Count { get; init; } = 100;

    /// <summary>How they are looked for.</summary>
    public CandidateSearchMethod Search { get; init; } = CandidateSearchMethod.Auto;

    /// <summary>
    /// For <see cref="CandidateSearchMethod.Ivf"/>: number of lists; 0 means √items, and never fewer than four items a list.
    /// </summary>
    [Range(0, 1_000_000)]
    public int Lists { get; init; }

    /// <summary>
    /// For <see cref="CandidateSearchMethod.Ivf"/>: lists an item is compared with; 0 means as many as <see cref="RecallFloor"/>
    /// needs, found out on the sample.
    /// </summary>
    [Range(0, 1_000_000)]
    public int Probes { get; init; }

    /// <summary>For <see cref="CandidateSearchMethod.Ivf"/>: rounds of k-means.</summary>
    [Range(1, 1000)]
    public int KMeansRounds { get; init; } = 10;

    /// <summary>For <see cref="CandidateSearchMethod.Ivf"/>: items whose exact lists measure the recall.</summary>
    [Range(1, 1_000_000)]
    public int RecallSample { get; init; } = 1000;

    /// <summary>
    /// For <see cref="CandidateSearchMethod.Ivf"/>: the share of the exact candidates that must be found; where
    /// <see cref="Probes"/> finds less the search is refused.
    /// </summary>
    [Range(0.0, 1.0)]
    public double RecallFloor { get; init; } = 0.95;

    /// <summary>Seed of the k-means start and of the sample.</summary>
    public long Seed { get; init; } = 1;
}

/// <summary>How an item's nearest items are looked for.</summary>
public enum CandidateSearchMethod
{
    /// <summary><see cref="Exact"/> up to <see cref="CandidateSearch.MostExactItems"/> items, <see cref="Ivf"/> beyond.</summary>
    Auto,

    /// <summary>Every pair is compared, in blocks.</summary>
    Exact,

    /// <summary>
    /// Inverted lists around k-means centres (Sivic and Zisserman, 2003; Jégou et al., 2011): an item is compared with the lists
    /// nearest to it. What is missed is measured on a sample.
    /// </summary>
    Ivf,
}
