using CranePipeline.Tensors;
using CranePipeline.Tensors.LinearAlgebra;

namespace CranePipeline.Features;

/// <summary>The rows of a sparse matrix in the space of its leading right singular vectors: U · diag(σ).</summary>
/// <param name="Rows"><c>[rows × rank]</c>.</param>
/// <param name="ExplainedVariance">Σσ² ÷ the sum of all squares of the matrix.</param>
internal sealed record LatentFactors(Matrix Rows, double ExplainedVariance)
{
    // Directions this much weaker than the strongest are rounding, not content.
    private const float Negligible = 1e-5f;

    internal static LatentFactors Of(CsrMatrix matrix, ModalityOptions options, IEngine engine)
    {
        int full = Math.Min(matrix.Rows, matrix.Columns);
        int rank = Math.Min(options.Dimension, full);
        SvdResult svd = RandomizedSvd.Compute(
            engine,
            matrix,
            rank,
            options.Seed,
            Math.Min(options.Oversampling, full - rank),
            options.PowerIterations
        );
        int kept = 0;
        double explained = 0;
        while (kept < rank && svd.SingularValues[kept] > Negligible * svd.SingularValues[0])
        {
            explained += (double)svd.SingularValues[kept] * svd.SingularValues[kept];
            kept++;
        }

        double total = 0;
        foreach (float value in matrix.Values)
        {
            total += (double)value * value;
        }

        var rows = new Matrix(matrix.Rows, kept);
        RowOperations.ForRows(
            rows,
            (row, target) =>
            {
                ReadOnlySpan<float> source = svd.U.Row(row);
                for (int column = 0; column < target.Length; column++)
                {
                    target[column] = source[column] * svd.SingularValues[column];
                }
            }
        );

        // A row without entries is zero by construction; what the decomposition's rounding leaves there would point somewhere.
        for (int row = 0; row < matrix.Rows; row++)
        {
            if (matrix.RowOffsets[row] == matrix.RowOffsets[row + 1])
            {
                rows.Row(row).Clear();
            }
        }

        return new LatentFactors(rows, Math.Min(1, explained / total));
    }
}
