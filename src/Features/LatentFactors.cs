using CranePipeline.Tensors;
using CranePipeline.Tensors.LinearAlgebra;

namespace CranePipeline.Features;

/// <summary>The rows of a sparse matrix in the space of its leading right singular vectors: U · diag(σ).</summary>
/// <param name="Rows"><c>[rows × rank]</c>.</param>
/// <param name="ExplainedVariance">Σσ² ÷ the sum of all squares of the matrix.</param>
internal sealed record LatentFactors(Matrix Rows, double ExplainedVariance)
{
    internal static LatentFactors Of(CsrMatrix matrix, ModalityOptions options, IEngine engine)
    {
        int rank = Math.Min(options.Dimension, Math.Min(matrix.Rows, matrix.Columns));
        SingularVectors left = RandomizedSvd.Left(
            engine,
            matrix,
            rank,
            options.Seed,
            options.Oversampling,
            options.PowerIterations
        );
        double total = matrix.Values.Sum(value => (double)value * value);
        return new LatentFactors(left.Scaled(), Math.Min(1, left.Values.Sum(value => value * value) / total));
    }
}
