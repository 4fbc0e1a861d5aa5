using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>A modality's frozen item graph: each item with its nearest others by raw features, itself among them.</summary>
internal static class FeatureGraph
{
    /// <summary>
    /// Each item's K nearest, itself first and then its candidates in their order, which is that of their cosines; found among all
    /// items where the candidates are fewer than K − 1, there are features, and the data set does not bring the candidates. Places that are
    /// left hold −1.
    /// </summary>
    /// <returns><c>[items × K]</c>, row after row.</returns>
    public static int[] Nearest(IEngine engine, ModalityInput modality, int itemCount, int k)
    {
        var nearest = new int[checked(itemCount * k)];
        nearest.AsSpan().Fill(-1);
        int[] listed = modality.Candidates ?? [];
        bool areEnough = modality.AreCandidatesGiven || listed.Length / itemCount >= Math.Min(k, itemCount) - 1;
        int[] others = areEnough || modality.Features is not { } features ? listed : Search(engine, features, k);
        int each = others.Length / itemCount;
        for (int item = 0; item < itemCount; item++)
        {
            Span<int> row = nearest.AsSpan(item * k, k);
            row[0] = item;
            int kept = 1;
            foreach (int other in others.AsSpan(item * each, each))
            {
                if (kept < k && other >= 0 && other != item)
                {
                    row[kept++] = other;
                }
            }
        }

        return nearest;
    }

    /// <summary>D^−½ A D^−½ of given neighbours and their weights, D the rows' sums; places of −1 and weights of 0 are left out.</summary>
    public static CsrMatrix Normalised(int[] nearest, float[]? weights, int itemCount)
    {
        int k = nearest.Length / itemCount;
        var sums = new double[itemCount];
        for (int place = 0; place < nearest.Length; place++)
        {
            sums[place / k] += nearest[place] >= 0 ? weights?[place] ?? 1 : 0;
        }

        var rows = new List<int>(nearest.Length);
        var columns = new List<int>(nearest.Length);
        var values = new List<float>(nearest.Length);
        for (int place = 0; place < nearest.Length; place++)
        {
            (int row, int column) = (place / k, nearest[place]);
            double weight = weights?[place] ?? 1;
            if (column >= 0 && weight != 0)
            {
                rows.Add(row);
                columns.Add(column);
                values.Add((float)(weight / Math.Sqrt(sums[row] * sums[column])));
            }
        }

        return CsrMatrix.FromEntries(itemCount, itemCount, [.. rows], [.. columns], [.. values]);
    }

    /// <summary>FREEDOM's frozen graph: the modalities' nearest neighbours, symmetrically normalised, mixed by their shares.</summary>
    /// <param name="context">The engine, the items and the modalities.</param>
    /// <param name="neighbours">k: an item's neighbours, itself among them.</param>
    /// <param name="weights">Shares by name; see <see cref="Shares"/>.</param>
    public static CsrMatrix Frozen(ModelContext context, int neighbours, IReadOnlyDictionary<string, double>? weights)
    {
        int itemCount = context.Graph.ItemCount;
        double[] shares = Shares(context.Modalities, weights);
        return Sum([
            .. context.Modalities.Select(
                (m, place) => (shares[place], Normalised(Nearest(context.Engine, m, itemCount, neighbours), null, itemCount))
            ),
        ]);
    }

    /// <summary>Σ share · graph.</summary>
    public static CsrMatrix Sum(IReadOnlyList<(double Share, CsrMatrix Graph)> parts)
    {
        CsrMatrix first = parts[0].Graph;
        var rows = new List<int>();
        var columns = new List<int>();
        var values = new List<float>();
        var sums = new Dictionary<int, double>();
        for (int row = 0; row < first.Rows; row++)
        {
            sums.Clear();
            foreach ((double share, CsrMatrix graph) in parts)
            {
                for (int entry = graph.RowOffsets[row]; entry < graph.RowOffsets[row + 1]; entry++)
                {
                    int column = graph.ColumnIndices[entry];
                    sums[column] = sums.GetValueOrDefault(column) + (share * graph.Values[entry]);
                }
            }

            foreach (int column in sums.Keys.Order())
            {
                rows.Add(row);
                columns.Add(column);
                values.Add((float)sums[column]);
            }
        }

        return CsrMatrix.FromEntries(first.Rows, first.Columns, [.. rows], [.. columns], [.. values]);
    }

    /// <summary>The modalities' shares, which sum to 1: equal ones, or in proportion to the weights.</summary>
    public static double[] Shares(IReadOnlyList<ModalityInput> modalities, IReadOnlyDictionary<string, double>? weights)
    {
        double[] each = [.. modalities.Select(m => (double)FeatureSimilarity.Weight(weights, m.Name))];
        return [.. each.Select(weight => weight / each.Sum())];
    }

    // The engine's search in blocks over all items. As among candidates an item whose vector is zero is near to none.
    private static int[] Search(IEngine engine, Matrix features, int k)
    {
        int[] known = [.. Enumerable.Range(0, features.Rows).Where(item => features.Row(item).ContainsAnyExcept(0f))];
        int each = Math.Max(1, k - 1);
        var nearest = new int[checked(features.Rows * each)];
        nearest.AsSpan().Fill(-1);
        if (known.Length == 0)
        {
            return nearest;
        }

        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor unit = engine.Constant(known.Length, features.Columns, (row, target) => features.Row(known[row]).CopyTo(target));
        unit = unit.Normalize();
        int[] found = engine.TopItems(unit, unit, each, CsrMatrix.Identity(known.Length)).Items;
        for (int place = 0; place < found.Length; place++)
        {
            int other = found[place] < 0 ? -1 : known[found[place]];
            nearest[(known[place / each] * each) + (place % each)] = other;
        }

        return nearest;
    }
}
