using CranePipeline.Tensors;
using CranePipeline.Tensors.LinearAlgebra;

namespace CranePipeline.Features;

/// <summary>The rows of a sparse matrix in the space of its leading right singular vectors: U · diag(σ).</summary>
/// <param name="Rows"><c>[rows × rank]</c>.</param>
/// <param name="ExplainedVariance">Σσ² ÷ the sum of all squares of the matrix.</param>
/// <remarks>
/// Randomised subspace iteration on A·Aᵀ (Halko, Martinsson and Tropp, 2011, section 4.5) with a Rayleigh-Ritz step at the end. Only the rows' side is ever
/// orthonormalised, and Aᵀ·Q exists a few columns at a time: a text's terms are many times more than its items, and nothing dense of their
/// number is kept.
/// </remarks>
internal sealed record LatentFactors(Matrix Rows, double ExplainedVariance)
{
    // Squared singular values this much smaller than the largest are float32's rounding, not content.
    private const double Negligible = 1e-6;
    private const int PanelColumns = 64;

    internal static LatentFactors Of(CsrMatrix matrix, ModalityOptions options, IEngine engine)
    {
        int full = Math.Min(matrix.Rows, matrix.Columns);
        int rank = Math.Min(options.Dimension, full);
        int width = Math.Min(rank + options.Oversampling, full);
        using SparseTensor sparse = engine.Sparse(matrix);
        Tensor basis = engine.Constant(RandomSigns(matrix.Rows, width, options.Seed));
        for (int iteration = 0; iteration < Math.Max(1, options.PowerIterations); iteration++)
        {
            using Tensor advanced = Apply(sparse, basis, engine);
            basis.Dispose();
            basis = TallQr.Decompose(engine, advanced).Q;
        }

        EigenResult eigen;
        using (Tensor image = Apply(sparse, basis, engine))
        using (Tensor projected = engine.MatrixProduct(basis, image, transposeA: true))
        {
            eigen = SymmetricEigen.Decompose(Symmetric(engine.Read(projected)), width);
        }

        int kept = 0;
        double explained = 0;
        while (kept < rank && eigen.Values[kept] > Negligible * eigen.Values[0])
        {
            explained += eigen.Values[kept++];
        }

        double total = 0;
        foreach (float value in matrix.Values)
        {
            total += (double)value * value;
        }

        using Tensor rotation = engine.Constant(Rotation(eigen, kept));
        using Tensor rows = engine.MatrixProduct(basis, rotation);
        basis.Dispose();
        return new LatentFactors(engine.Read(rows), Math.Min(1, explained / total));
    }

    // A · (Aᵀ · q).
    private static Tensor Apply(SparseTensor matrix, Tensor q, IEngine engine)
    {
        var panels = new List<Tensor>();
        for (int start = 0; start < q.Columns; start += PanelColumns)
        {
            using Tensor panel = engine.SliceColumns(q, start, Math.Min(PanelColumns, q.Columns - start));
            using Tensor across = engine.SparseProduct(matrix, panel, transpose: true);
            panels.Add(engine.SparseProduct(matrix, across));
        }

        Tensor joined = engine.ConcatenateColumns(panels);
        panels.ForEach(panel => panel.Dispose());
        return joined;
    }

    // Signs project as well as normal numbers do (Achlioptas, 2003) and cost a bit each.
    private static Matrix RandomSigns(int rows, int columns, long seed)
    {
        var signs = new Matrix(rows, columns);
        RowOperations.ForRows(
            signs,
            (row, values) =>
            {
                var stream = new RandomStream(seed, "latent factors", row);
                uint bits = 0;
                for (int column = 0; column < values.Length; column++)
                {
                    bits = column % 32 == 0 ? stream.NextUInt32() : bits >> 1;
                    values[column] = (bits & 1) == 0 ? 1f : -1f;
                }
            }
        );
        return signs;
    }

    private static double[] Symmetric(Matrix square)
    {
        int size = square.Rows;
        var result = new double[size * size];
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column < size; column++)
            {
                result[(row * size) + column] = 0.5 * ((double)square[row, column] + square[column, row]);
            }
        }

        return result;
    }

    // Eigenvectors as columns, each times its singular value.
    private static Matrix Rotation(EigenResult eigen, int kept)
    {
        var rotation = new Matrix(eigen.Size, kept);
        for (int column = 0; column < kept; column++)
        {
            ReadOnlySpan<double> vector = eigen.Vector(column);
            double scale = Math.Sqrt(eigen.Values[column]);
            for (int row = 0; row < vector.Length; row++)
            {
                rotation[row, column] = (float)(vector[row] * scale);
            }
        }

        return rotation;
    }
}
