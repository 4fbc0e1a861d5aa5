using CranePipeline.Tables;
using CranePipeline.Tensors;
using CranePipeline.Tensors.LinearAlgebra;

namespace CranePipeline.Training;

/// <summary>
/// Features for a modality of which only neighbour lists are known: the rows of the neighbour matrix, symmetrised, with the identity
/// and symmetrically normalised, projected on its leading singular directions. They stand in for content and are named derived.
/// </summary>
internal static class DerivedFeatures
{
    private const int Oversampling = 16;
    private const int Iterations = 6;

    /// <summary>The context's modalities, with derived features where one brings none.</summary>
    public static IReadOnlyList<ModalityInput> Complete(ModelContext context, int width) =>
        [.. context.Modalities.Select(m => Complete(context.Engine, m, context.Graph.ItemCount, width, context.Seed))];

    public static ModalityInput Complete(IEngine engine, ModalityInput modality, int itemCount, int width, long seed)
    {
        if (modality.Features is not null)
        {
            return modality;
        }

        if (modality.Candidates is not { } candidates)
        {
            throw new InputException(
                $"Modality {modality.Name} has neither features nor neighbour "
                    + "lists: give one of the two, or leave it out by train.modalities."
            );
        }

        CsrMatrix graph = Normalised(candidates, itemCount);
        width = Math.Min(width, itemCount);
        // The matrix is symmetric: left and right singular vectors are the same up to their signs.
        SingularVectors leading = RandomizedSvd.Left(engine, graph, width, seed, Oversampling, Iterations);
        return modality with { Features = leading.Scaled() };
    }

    private static CsrMatrix Normalised(int[] candidates, int itemCount)
    {
        int each = candidates.Length / itemCount;
        var pairs = new HashSet<(int Row, int Column)>();
        for (int item = 0; item < itemCount; item++)
        {
            pairs.Add((item, item));
            foreach (int other in candidates.AsSpan(item * each, each))
            {
                if (other >= 0)
                {
                    pairs.Add((item, other));
                    pairs.Add((other, item));
                }
            }
        }

        var degrees = new int[itemCount];
        foreach ((int row, _) in pairs)
        {
            degrees[row]++;
        }

        int[] rows = [.. pairs.Select(static p => p.Row)];
        int[] columns = [.. pairs.Select(static p => p.Column)];
        float[] values = [.. pairs.Select(p => (float)(1.0 / Math.Sqrt((double)degrees[p.Row] * degrees[p.Column])))];
        return CsrMatrix.FromEntries(itemCount, itemCount, rows, columns, values);
    }
}
