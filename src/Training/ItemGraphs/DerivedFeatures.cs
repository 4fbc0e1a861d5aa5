using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// Features for a modality of which only neighbour lists are known: the rows of the neighbour matrix, symmetrised, with the identity
/// and symmetrically normalised, projected on its leading singular directions. They stand in for content and are named derived.
/// </summary>
internal static class DerivedFeatures
{
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
                $"Modality {modality.Name} has neither features nor neighbour lists: give one of the two, or leave it out by train.modalities."
            );
        }

        CsrMatrix graph = Normalised(candidates, itemCount);
        width = Math.Min(width, itemCount);
        using SparseTensor sparse = engine.Sparse(graph);
        Matrix basis = SparseDirections(engine, sparse, itemCount, width, seed);
        using IDisposable step = engine.BeginStep(gradients: false);
        Matrix features = engine.Read(engine.SparseProduct(sparse, engine.Constant(basis)));
        return modality with { Features = features };
    }

    private static Matrix SparseDirections(IEngine engine, SparseTensor graph, int itemCount, int width, long seed)
    {
        // The matrix is symmetric, so its powers applied to a random block lean towards the leading directions; the dense routine
        // then finds them inside that block.
        int sampled = Math.Min(itemCount, width + 16);
        var stream = new RandomStream(seed, "derived features");
        var block = new Matrix(itemCount, sampled);
        foreach (ref float value in block.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }

        for (int iteration = 0; iteration < 10; iteration++)
        {
            PrincipalDirections.Orthonormalize(block);
            using IDisposable step = engine.BeginStep(gradients: false);
            block = engine.Read(engine.SparseProduct(graph, engine.Constant(block)));
        }

        Matrix rotation = PrincipalDirections.Of(engine, block, width, seed);
        PrincipalDirections.Orthonormalize(block = Product(engine, block, rotation));
        return block;
    }

    private static Matrix Product(IEngine engine, Matrix a, Matrix b)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        return engine.Read(engine.MatrixProduct(engine.Constant(a), engine.Constant(b)));
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
