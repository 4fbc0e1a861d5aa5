using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// The mean of the modalities' raw cosines, weighted by the squares of the weights. A modality of which only neighbour lists
/// are known counts 1 for a listed neighbour and 0 for another.
/// </summary>
internal static class FeatureSimilarity
{
    /// <summary><c>[items × candidates.Width]</c>.</summary>
    public static Matrix OfCandidates(
        IEngine engine,
        IReadOnlyList<ModalityInput> modalities,
        IReadOnlyDictionary<string, double>? weights,
        CandidateLists candidates
    )
    {
        var similarity = new Matrix(candidates.ItemCount, candidates.Width);
        double total = modalities.Sum(m => Square(weights, m));
        using IndexTensor others = engine.Indices(candidates.Items, candidates.Width, candidates.ItemCount);
        foreach (ModalityInput modality in modalities)
        {
            float share = (float)(Square(weights, modality) / total);
            if (modality.Features is null)
            {
                AddListed(similarity, modality.Candidates!, candidates, share);
                continue;
            }

            using IDisposable step = engine.BeginStep(gradients: false);
            Tensor unit = engine.NormalizeRows(engine.Constant(modality.Features));
            Matrix cosines = engine.Read(engine.NeighbourDots(unit, others));
            for (int place = 0; place < cosines.Values.Length; place++)
            {
                similarity.Values[place] += share * cosines.Values[place];
            }
        }

        return similarity;
    }

    /// <summary>The K nearest of all items by features.</summary>
    public static TopItems Search(
        IEngine engine,
        IReadOnlyList<ModalityInput> modalities,
        IReadOnlyDictionary<string, double>? weights,
        int neighbours,
        int itemCount
    )
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        var blocks = new List<Tensor>();
        foreach (ModalityInput modality in modalities)
        {
            if (modality.Features is { } features)
            {
                Tensor unit = engine.NormalizeRows(engine.Constant(features));
                blocks.Add(engine.Scale(unit, Weight(weights, modality.Name)));
            }
        }

        Tensor items = engine.NormalizeRows(engine.ConcatenateColumns(blocks));
        return engine.TopItems(items, items, neighbours, CsrMatrix.Identity(itemCount));
    }

    /// <summary>The factor of a modality's block; 1 where no weight names it.</summary>
    public static float Weight(IReadOnlyDictionary<string, double>? weights, string modality) =>
        weights is not null && weights.TryGetValue(modality, out double weight) ? (float)weight : 1f;

    private static double Square(IReadOnlyDictionary<string, double>? weights, ModalityInput modality) =>
        Math.Pow(Weight(weights, modality.Name), 2);

    private static void AddListed(Matrix similarity, int[] listed, CandidateLists candidates, float share)
    {
        int each = listed.Length / candidates.ItemCount;
        for (int item = 0; item < candidates.ItemCount; item++)
        {
            ReadOnlySpan<int> own = candidates.Items.AsSpan(item * candidates.Width, candidates.Counts[item]);
            foreach (int other in listed.AsSpan(item * each, each))
            {
                int place = other >= 0 ? own.BinarySearch(other) : -1;
                if (place >= 0)
                {
                    similarity[item, place] += share;
                }
            }
        }
    }
}
