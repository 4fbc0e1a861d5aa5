using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Features;

/// <summary>The nearest items of every item, a modality.</summary>
public sealed record CandidateOptions
{
    /// <summary>Items kept for each item.</summary>
    [Range(1, 10_000)]
    public int Count { get; init; } = 100;

    /// <summary>How they are looked for.</summary>
    public CandidateSearchMethod Search { get; init; } = CandidateSearchMethod.Exact;

    /// <summary>For <see cref="CandidateSearchMethod.Ivf"/>: number of lists; 0 means √items, and never fewer than four items a list.</summary>
    [Range(0, 1_000_000)]
    public int Lists { get; init; }

    /// <summary>For <see cref="CandidateSearchMethod.Ivf"/>: lists an item is compared with; 0 means an eighth of them, at least eight.</summary>
    [Range(0, 1_000_000)]
    public int Probes { get; init; }

    /// <summary>For <see cref="CandidateSearchMethod.Ivf"/>: rounds of k-means.</summary>
    [Range(1, 1000)]
    public int KMeansRounds { get; init; } = 10;

    /// <summary>For <see cref="CandidateSearchMethod.Ivf"/>: items whose exact lists measure the recall.</summary>
    [Range(1, 1_000_000)]
    public int RecallSample { get; init; } = 1000;

    /// <summary>For <see cref="CandidateSearchMethod.Ivf"/>: the share of the exact candidates that must be found; below it the search is refused.</summary>
    [Range(0.0, 1.0)]
    public double RecallFloor { get; init; } = 0.95;

    /// <summary>Seed of the k-means start and of the sample.</summary>
    public long Seed { get; init; } = 1;
}
