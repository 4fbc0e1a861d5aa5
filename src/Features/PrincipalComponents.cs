using CranePipeline.Tensors;
using CranePipeline.Tensors.LinearAlgebra;

namespace CranePipeline.Features;

/// <summary>The leading principal components of centred rows.</summary>
/// <param name="Rows"><c>[rows × components]</c>.</param>
/// <param name="ExplainedVariance">Share of the variance they keep.</param>
internal sealed record PrincipalComponents(Matrix Rows, double ExplainedVariance)
{
    // Up to this width the covariance's eigenvectors are cheap enough to be exact; above it the randomised decomposition takes over.
    private const int ExactWidth = 512;

    internal static PrincipalComponents Of(Matrix centred, ModalityOptions options, IEngine engine)
    {
        double total = RowOperations.Norms(centred).Sum(norm => norm * norm);
        int count = Math.Min(options.Reduce, Math.Min(centred.Rows, centred.Columns));
        Matrix directions =
            centred.Columns <= ExactWidth
                ? Exact(centred, count, engine)
                : RandomizedSvd
                    .Right(engine, centred, count, options.Seed, options.Oversampling, options.PowerIterations)
                    .Vectors;
        using IDisposable step = engine.BeginStep(gradients: false);
        Matrix rows = engine.Read(engine.MatrixProduct(engine.Constant(centred), engine.Constant(directions)));
        double kept = RowOperations.Norms(rows).Sum(norm => norm * norm);
        return new PrincipalComponents(rows, total == 0 ? 1 : Math.Min(1, kept / total));
    }

    private static Matrix Exact(Matrix centred, int count, IEngine engine)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor values = engine.Constant(centred);
        Matrix covariance = engine.Read(engine.MatrixProduct(values, values, transposeA: true));
        SymmetricEigen eigen = SymmetricEigen.Of(Array.ConvertAll(covariance.Values, value => (double)value), covariance.Rows);
        var directions = new Matrix(centred.Columns, count);
        for (int direction = 0; direction < count; direction++)
        {
            ReadOnlySpan<double> vector = eigen.Vector(direction);
            for (int row = 0; row < vector.Length; row++)
            {
                directions[row, direction] = (float)vector[row];
            }
        }

        return directions;
    }
}
