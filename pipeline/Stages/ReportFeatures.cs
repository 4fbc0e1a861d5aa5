using CranePipeline.Evaluation;
using CranePipeline.Features;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>What a report says of the features: their quality, and items with their nearest items.</summary>
internal static class ReportFeatures
{
    /// <summary>The features that the first run with candidates was trained on; empty where no run has any.</summary>
    public static FeatureQuality[] Find(ArtifactStore store, IReadOnlyList<ComparableRun> runs)
    {
        Artifact? candidates = runs.Select(run => ComparableRuns.Input(store, run.Train, "candidates"))
            .FirstOrDefault(found => found is not null);
        if (candidates is null)
        {
            return [];
        }

        ModalityQuality[] quality = JsonFiles.Read<ModalityQuality[]>(candidates.PathOf(CandidatesStage.QualityFile));
        return
        [
            .. quality
                .Where(modality => modality.Features is not null)
                .Select(modality => new FeatureQuality
                {
                    Modality = modality.Modality,
                    Origin = modality.Features!.Uninformative is { } reason ? $"left out: {reason}" : modality.Features.Origin,
                    Dimensions = modality.Features.Width,
                    Items = modality.Features.Items,
                    Covered = modality.Features.Present,
                    Duplicates = modality.Features.DuplicateRows,
                    ZeroVectors = modality.Features.ZeroRows,
                    ExplainedVariance = modality.Features.ExplainedVariance,
                    Spread = modality.Features.Spread is { } spread ? [spread.Smallest, spread.Median, spread.Largest] : null,
                    EffectiveDimensions = modality.Features.Spread?.EffectiveDimensions,
                    NearestSimilarity = modality.Candidates?.NearestSimilarity,
                    Measures = Measures(modality),
                    Examples =
                    [
                        .. modality.Examples.Select(example => new Evaluation.NeighbourExample
                        {
                            Item = Named(example.Item),
                            Neighbours =
                            [
                                .. example.Neighbours.Select(similar => new Evaluation.SimilarItem
                                {
                                    Item = Named(similar.Item),
                                    Similarity = similar.Similarity,
                                }),
                            ],
                        }),
                    ],
                }),
        ];
    }

    private static Dictionary<string, double> Measures(ModalityQuality modality)
    {
        var measures = new Dictionary<string, double>();
        if (modality.Candidates is { } candidates)
        {
            measures["isolated items"] = candidates.Isolated;
            measures["mutual neighbours"] = candidates.Mutual;
            measures["largest hub"] = candidates.LargestHub;
            if (candidates.MeasuredRecall is { } recall)
            {
                measures["recall of the approximate search"] = recall;
            }
        }

        if (modality.Features!.NonFinite > 0)
        {
            measures["vectors with a NaN or an infinity"] = modality.Features.NonFinite;
        }

        if (modality.Features!.Boilerplate is { } boilerplate)
        {
            measures["boilerplate left out of items"] = boilerplate.Items;
        }

        return measures;
    }

    private static Evaluation.NamedItem Named(Features.NamedItem item) => new() { RawId = item.RawId, Title = item.Title };
}
