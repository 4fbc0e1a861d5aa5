namespace CranePipeline.Features;

/// <summary>One modality's section of the quality report, ready to be written as JSON.</summary>
/// <param name="Modality">The modality's name.</param>
/// <param name="Features">The table's statistics; null where only imported candidates exist.</param>
/// <param name="Candidates">The candidate lists' statistics.</param>
/// <param name="Examples">Items with their nearest items.</param>
public sealed record ModalityQuality(
    string Modality,
    FeatureStatistics? Features,
    CandidateStatistics Candidates,
    IReadOnlyList<NeighbourExample> Examples
);
