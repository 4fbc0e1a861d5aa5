using CranePipeline.Tensors;
using CranePipeline.Tensors.LinearAlgebra;

namespace CranePipeline.Features;

/// <summary>The leading principal components of centred rows.</summary>
/// <param name="Rows"><c>[rows × components]</c>.</param>
/// <param name="ExplainedVariance">Share of the variance they keep.</param>
internal sealed record PrincipalComponents(Matrix Rows, double ExplainedVariance)
{
    // Up to this width the covariance's eigenvectors are cheap enough to be exact; above it the randomised decomposition takes over.
    private const int ExactWidth = 1024;

    internal static PrincipalComponents Of(Matrix centred, ModalityOptions options, IEngine engine)
    {
        double total = RowOperations.Norms(centred).Sum(norm => norm * norm);
        int count = Math.Min(options.Reduce, Math.Min(centred.Rows, centred.Columns));
        Matrix rows = centred.Columns <= ExactWidth ? Exact(centred, count, engine) : Randomized(centred, count, options, engine);
        double kept = RowOperations.Norms(rows).Sum(norm => norm * norm);
        return new PrincipalComponents(rows, total == 0 ? 1 : Math.Min(1, kept / total));
    }

    private static Matrix Exact(Matrix centred, int count, IEngine engine)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor values = engine.Constant(centred);
        Matrix covariance = engine.Read(engine.MatrixProduct(values, values, transposeA: true));
        EigenResult eigen = SymmetricEigen.Decompose(
            Array.ConvertAll(covariance.Values, value => (double)value),
            covariance.Rows
        );
        var directions = new Matrix(count, centred.Columns);
        for (int direction = 0; direction < count; direction++)
        {
            ReadOnlySpan<double> vector = eigen.Vector(direction);
            for (int column = 0; column < vector.Length; column++)
            {
                directions[direction, column] = (float)vector[column];
            }
        }

        return engine.Read(engine.MatrixProduct(values, engine.Constant(directions), transposeB: true));
    }

    private static Matrix Randomized(Matrix centred, int count, ModalityOptions options, IEngine engine)
    {
        SvdResult svd = RandomizedSvd.Compute(
            engine,
            centred,
            count,
            options.Seed,
            Math.Min(options.Oversampling, Math.Min(centred.Rows, centred.Columns) - count),
            options.PowerIterations
        );
        RowOperations.ForRows(
            svd.U,
            (_, row) =>
            {
                for (int column = 0; column < row.Length; column++)
                {
                    row[column] *= (float)svd.SingularValues[column];
                }
            }
        );
        return svd.U;
    }
}
