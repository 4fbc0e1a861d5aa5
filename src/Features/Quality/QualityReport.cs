using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>Describes a modality's features and candidates for people.</summary>
public static class QualityReport
{
    private static readonly double[] Quantiles = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// <summary>A modality that was left out, see <see cref="FeatureStatistics.Uninformative"/>.</summary>
    public static ModalityQuality LeftOut(string modality, FeatureStatistics features) => new(modality, features, null, []);

    /// <summary>Statistics and examples of one modality.</summary>
    /// <param name="features">The table's statistics; null where only imported candidates exist.</param>
    /// <param name="candidates">The modality's candidates.</param>
    /// <param name="itemIds">Raw ids; the index is the item number.</param>
    /// <param name="itemTexts">Metadata of each item, for the titles; empty where the data set has none.</param>
    /// <param name="examples">Items shown: a random choice, always the same, of those that have candidates; titled ones first.</param>
    /// <param name="neighbours">Neighbours shown of each.</param>
    public static ModalityQuality Describe(
        FeatureStatistics? features,
        CandidateList candidates,
        string[] itemIds,
        IReadOnlyList<ItemText?> itemTexts,
        int examples = 10,
        int neighbours = 5
    )
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(itemIds);
        ArgumentNullException.ThrowIfNull(itemTexts);
        return new ModalityQuality(
            candidates.Modality,
            features,
            Statistics(candidates),
            Examples(candidates, itemIds, itemTexts, examples, neighbours)
        );
    }

    private static CandidateStatistics Statistics(CandidateList candidates)
    {
        var listed = new int[candidates.ItemCount];
        var nearest = new List<double>(candidates.ItemCount);
        long pairs = 0;
        long mutual = 0;
        for (int item = 0; item < candidates.ItemCount; item++)
        {
            ReadOnlySpan<int> row = candidates.Of(item);
            if (!row.IsEmpty && float.IsFinite(candidates.Similarities[item * candidates.Count]))
            {
                nearest.Add(candidates.Similarities[item * candidates.Count]);
            }

            foreach (int neighbour in row)
            {
                listed[neighbour]++;
                pairs++;
                mutual += candidates.Of(neighbour).Contains(item) ? 1 : 0;
            }
        }

        nearest.Sort();
        return new CandidateStatistics
        {
            Method = candidates.Method,
            Count = candidates.Count,
            Isolated = candidates.Isolated,
            Missing = candidates.Missing,
            ZeroVectors = candidates.ZeroVectors,
            Lists = candidates.Lists,
            Probes = candidates.Probes,
            MeasuredRecall = candidates.MeasuredRecall,
            NearestSimilarity =
                nearest.Count == 0 ? null : [.. Quantiles.Select(quantile => nearest[(int)(quantile * (nearest.Count - 1))])],
            NeverListed = listed.Count(lists => lists == 0),
            LargestHub = listed.DefaultIfEmpty(0).Max(),
            Mutual = pairs == 0 ? 0 : (double)mutual / pairs,
        };
    }

    private static List<NeighbourExample> Examples(
        CandidateList candidates,
        string[] itemIds,
        IReadOnlyList<ItemText?> itemTexts,
        int examples,
        int neighbours
    )
    {
        int[] order = [.. Enumerable.Range(0, candidates.ItemCount).Where(item => !candidates.Of(item).IsEmpty)];
        new RandomStream(1, "quality examples").Shuffle(order.AsSpan());
        NamedItem Name(int item)
        {
            string title = item < itemTexts.Count ? ItemSentence.Compose(itemTexts[item], [TextField.Title], 200) : "";
            return new NamedItem(item, itemIds[item], title.Length == 0 ? null : title);
        }

        var result = new List<NeighbourExample>();
        foreach (NamedItem item in order.Select(Name).OrderBy(item => item.Title is null ? 1 : 0).Take(examples))
        {
            var similar = new List<SimilarItem>();
            ReadOnlySpan<int> row = candidates.Of(item.Item);
            for (int rank = 0; rank < Math.Min(neighbours, row.Length); rank++)
            {
                float similarity = candidates.Similarities[(item.Item * candidates.Count) + rank];
                similar.Add(new SimilarItem(Name(row[rank]), float.IsFinite(similarity) ? similarity : null));
            }

            result.Add(new NeighbourExample(item, similar));
        }

        return result;
    }
}
