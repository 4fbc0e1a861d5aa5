using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Vectors from known neighbours: the leading singular directions of D^-½ (S + I) D^-½, where S joins two items if either names the
/// other and D is the diagonal of the row sums. Items with the same neighbours get the same vectors.
/// </summary>
internal static class NeighbourVectors
{
    internal static RawVectors Derive(
        string path,
        string[] itemIds,
        ModalityOptions options,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        string name = Path.GetFileName(path);
        progress?.Report(new WorkProgress($"reading {name}", "files", 0, 1));
        NeighbourFile file = NeighbourFile.Read(path, itemIds, cancellation);
        progress?.Report(new WorkProgress($"reading {name}", "files", 1, 1));
        int items = itemIds.Length;
        var edges = new Dictionary<(int, int), float>();
        for (int item = 0; item < items; item++)
        {
            foreach (Neighbour neighbour in file.Neighbours[item])
            {
                float weight = file.HasSimilarities ? Math.Max(0, neighbour.Similarity) : 1;
                Join(edges, item, neighbour.Item, weight);
                Join(edges, neighbour.Item, item, weight);
            }
        }

        var present = new bool[items];
        var degree = new double[items];
        foreach (((int item, _), float weight) in edges)
        {
            present[item] = true;
        }

        for (int item = 0; item < items; item++)
        {
            if (present[item])
            {
                edges[(item, item)] = 1;
            }
        }

        // Entries in a fixed order before anything is summed.
        (int Row, int Column)[] order = [.. edges.Keys];
        Array.Sort(order);
        foreach ((int Row, int Column) entry in order)
        {
            degree[entry.Row] += edges[entry];
        }

        CsrMatrix matrix = CsrMatrix.FromEntries(
            items,
            items,
            Array.ConvertAll(order, entry => entry.Row),
            Array.ConvertAll(order, entry => entry.Column),
            Array.ConvertAll(order, entry => (float)(edges[entry] / Math.Sqrt(degree[entry.Row] * degree[entry.Column])))
        );
        LatentFactors factors = LatentFactors.Of(matrix, options, engine);
        string origin = string.Create(
            CultureInfo.InvariantCulture,
            $"derived from the neighbours in {name}, {factors.Rows.Columns} dimensions"
        );
        return new RawVectors(factors.Rows, present, origin)
        {
            SourceWidth = items,
            SourceRecords = file.Lines,
            RepeatedIds = file.RepeatedPairs,
            Derived = true,
            ExplainedVariance = factors.ExplainedVariance,
        };
    }

    private static void Join(Dictionary<(int, int), float> edges, int item, int neighbour, float weight)
    {
        ref float stored = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
            edges,
            (item, neighbour),
            out _
        );
        stored = Math.Max(stored, weight);
    }
}
