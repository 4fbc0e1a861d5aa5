namespace CranePipeline.Tensors.LinearAlgebra;

/// <summary>
/// Orthonormal columns for tall, narrow matrices by way of their small Gram matrix, all long work being matrix products: Cholesky QR
/// done twice (Yamamoto et al., "Roundoff error analysis of the CholeskyQR2 algorithm", 2015), and where Cholesky breaks down the
/// singular-vector variant (Stathopoulos and Wu, "A block orthogonalization procedure with constant synchronization requirements", 2002).
/// </summary>
public static class OrthonormalBasis
{
    private const int MostPasses = 5;
    private const double GoodEnough = 5e-6;

    // A Gram matrix of floats knows its small eigenvalues no better than this, relative to the largest.
    private const double GramPrecision = 1e-6;

    /// <summary>
    /// Orthonormal columns that span those of <paramref name="a"/>, outside of any recording step; the caller disposes them.
    /// </summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="a"><c>[rows × columns]</c>, rows at least columns; where its rank is less, some columns may be any directions,
    /// or zero.</param>
    public static Tensor Of(IEngine engine, Tensor a)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(a);
        int size = a.Columns;
        Tensor q = a;
        for (int pass = 0; pass < MostPasses; pass++)
        {
            double[] gram = Gram(engine, q);
            if (pass > 0 && Deviation(gram, size) <= GoodEnough)
            {
                break;
            }

            Tensor next = Times(engine, q, InverseCholesky(gram, size) ?? InverseBySingularVectors(gram, size));
            if (!ReferenceEquals(q, a))
            {
                q.Dispose();
            }

            q = next;
        }

        return q;
    }

    private static double[] Gram(IEngine engine, Tensor a)
    {
        using Tensor gram = engine.MatrixProduct(a, a, transposeA: true);
        return [.. engine.Read(gram).Values.Select(value => (double)value)];
    }

    private static Tensor Times(IEngine engine, Tensor a, double[] square)
    {
        using Tensor right = engine.Constant(new Matrix(a.Columns, a.Columns, [.. square.Select(value => (float)value)]));
        return engine.MatrixProduct(a, right);
    }

    // How far a Gram matrix is from the identity; columns that have vanished are left out.
    private static double Deviation(double[] gram, int n)
    {
        double largest = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double expected = i == j && gram[(i * n) + i] != 0 ? 1 : 0;
                largest = Math.Max(largest, Math.Abs(gram[(i * n) + j] - expected));
            }
        }

        return largest;
    }

    // The inverse of the upper factor R of RᵀR, or null where the matrix is too near to singular.
    private static double[]? InverseCholesky(double[] gram, int n)
    {
        // Lower factor, row by row: rows of L are columns of R.
        var lower = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = gram[(i * n) + j];
                for (int p = 0; p < j; p++)
                {
                    sum -= lower[(i * n) + p] * lower[(j * n) + p];
                }

                if (i > j)
                {
                    lower[(i * n) + j] = sum / lower[(j * n) + j];
                    continue;
                }

                if (!(sum > GramPrecision * 10 * gram[(i * n) + i]))
                {
                    return null;
                }

                lower[(i * n) + i] = Math.Sqrt(sum);
            }
        }

        var inverse = new double[n * n];
        // R⁻¹ from the bottom row up: row i is (e_i − Σ_{p>i} R_ip · row p) / R_ii.
        for (int i = n - 1; i >= 0; i--)
        {
            Span<double> row = inverse.AsSpan(i * n, n);
            row[i] = 1;
            for (int p = i + 1; p < n; p++)
            {
                double value = lower[(p * n) + i];
                ReadOnlySpan<double> below = inverse.AsSpan(p * n, n);
                for (int j = p; j < n; j++)
                {
                    row[j] -= value * below[j];
                }
            }

            for (int j = i; j < n; j++)
            {
                row[j] /= lower[(i * n) + i];
            }
        }

        return inverse;
    }

    // (Λ^½ Wᵀ D)⁻¹ with W, Λ from the Gram matrix scaled to a unit diagonal.
    private static double[] InverseBySingularVectors(double[] gram, int n)
    {
        var scale = new double[n];
        for (int i = 0; i < n; i++)
        {
            scale[i] = gram[(i * n) + i] > 0 ? Math.Sqrt(gram[(i * n) + i]) : 0;
        }

        var scaled = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double product = scale[i] * scale[j];
                scaled[(i * n) + j] = product > 0 ? gram[(i * n) + j] / product : 0;
            }
        }

        SymmetricEigen eigen = SymmetricEigen.Of(scaled, n);
        var inverse = new double[n * n];
        for (int k = 0; k < n; k++)
        {
            // Below the precision of the Gram matrix the eigenvalue is unknown: the next pass, from a better basis, will know it.
            double root = Math.Sqrt(Math.Max(eigen.Values[k], GramPrecision * eigen.Values[0]));
            ReadOnlySpan<double> vector = eigen.Vector(k);
            for (int j = 0; j < n; j++)
            {
                inverse[(j * n) + k] = scale[j] > 0 ? vector[j] / (root * scale[j]) : 0;
            }
        }

        return inverse;
    }
}
