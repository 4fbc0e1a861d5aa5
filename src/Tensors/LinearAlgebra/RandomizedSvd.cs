namespace CranePipeline.Tensors.LinearAlgebra;

/// <summary>
/// The leading singular values and vectors of a large matrix, from products with it alone (Halko, Martinsson and Tropp, "Finding structure with
/// randomness", 2011, algorithms 4.4 and 5.1): a random projection finds the range, power iterations sharpen it, and a small
/// exact decomposition finishes. The same seed gives the same bytes on an engine, whatever its number of threads.
/// </summary>
/// <remarks>
/// Needs about three matrices of <c>[max(rows, columns) × (rank + oversampling)]</c> besides the matrix itself: leave columns
/// without entries out beforehand.
/// </remarks>
public static class RandomizedSvd
{
    /// <summary>Decomposes a sparse matrix.</summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="a"><c>[rows × columns]</c>.</param>
    /// <param name="rank">Singular values wanted, at most the smaller side.</param>
    /// <param name="seed">Seed of the random projection.</param>
    /// <param name="oversampling">Directions carried along beyond the rank.</param>
    /// <param name="powerIterations">Passes back and forth; two do for a slowly falling spectrum.</param>
    public static SvdResult Compute(
        IEngine engine,
        CsrMatrix a,
        int rank,
        long seed,
        int oversampling = 10,
        int powerIterations = 2
    )
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(a);
        using SparseTensor sparse = engine.Sparse(a);
        return Compute(
            engine,
            (a.Rows, a.Columns),
            (x, transpose) => engine.SparseProduct(sparse, x, transpose),
            rank,
            seed,
            oversampling,
            powerIterations
        );
    }

    /// <inheritdoc cref="Compute(IEngine, CsrMatrix, int, long, int, int)"/>
    /// <summary>Decomposes a dense matrix.</summary>
    public static SvdResult Compute(IEngine engine, Matrix a, int rank, long seed, int oversampling = 10, int powerIterations = 2)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(a);
        using Tensor dense = engine.Constant(a);
        return Compute(
            engine,
            (a.Rows, a.Columns),
            (x, transpose) => engine.MatrixProduct(dense, x, transposeA: transpose),
            rank,
            seed,
            oversampling,
            powerIterations
        );
    }

    private static SvdResult Compute(
        IEngine engine,
        (int Rows, int Columns) shape,
        Func<Tensor, bool, Tensor> multiply,
        int rank,
        long seed,
        int oversampling,
        int powerIterations
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, Math.Min(shape.Rows, shape.Columns));
        ArgumentOutOfRangeException.ThrowIfNegative(oversampling);
        ArgumentOutOfRangeException.ThrowIfNegative(powerIterations);
        int width = Math.Min(rank + oversampling, Math.Min(shape.Rows, shape.Columns));

        // The projection starts on the shorter side; from the left it is half a power iteration more.
        bool fromLeft = shape.Columns > shape.Rows;
        Tensor basis = engine.Constant(Gaussian(fromLeft ? shape.Rows : shape.Columns, width, seed));
        if (fromLeft)
        {
            basis = Advance(engine, multiply, basis, transpose: true);
        }

        basis = Advance(engine, multiply, basis, transpose: false);
        for (int iteration = 0; iteration < powerIterations; iteration++)
        {
            basis = Advance(engine, multiply, basis, transpose: true);
            basis = Advance(engine, multiply, basis, transpose: false);
        }

        // With Q the basis and AᵀQ = Z R: A ≈ Q Rᵀ Zᵀ, and Rᵀ is small.
        Tensor left = basis;
        QrResult right;
        using (Tensor product = multiply(left, true))
        {
            right = TallQr.Decompose(engine, product);
        }

        EigenResult eigen = SymmetricEigen.Decompose(TimesTranspose(right.R, width), width);
        var singular = new float[rank];
        var rotateLeft = new Matrix(width, rank);
        var rotateRight = new Matrix(width, rank);
        for (int k = 0; k < rank; k++)
        {
            double value = Math.Sqrt(Math.Max(eigen.Values[k], 0));
            if (value <= 1e-7 * Math.Sqrt(Math.Max(eigen.Values[0], 0)))
            {
                break;
            }

            singular[k] = (float)value;
            ReadOnlySpan<double> vector = eigen.Vector(k);
            for (int i = 0; i < width; i++)
            {
                // Column k of Rᵀ · vectors / σ.
                double sum = 0;
                for (int p = 0; p < width; p++)
                {
                    sum += right.R[(p * width) + i] * vector[p];
                }

                rotateLeft[i, k] = (float)(sum / value);
                rotateRight[i, k] = (float)vector[i];
            }
        }

        Matrix u = Rotated(engine, left, rotateLeft);
        Matrix v = Rotated(engine, right.Q, rotateRight);
        OrientSigns(u, v);
        return new SvdResult(u, singular, v);
    }

    private static Tensor Advance(IEngine engine, Func<Tensor, bool, Tensor> multiply, Tensor basis, bool transpose)
    {
        Tensor product = multiply(basis, transpose);
        basis.Dispose();
        QrResult result = TallQr.Decompose(engine, product);
        product.Dispose();
        return result.Q;
    }

    private static Matrix Gaussian(int rows, int columns, long seed)
    {
        var result = new Matrix(rows, columns);
        Parallel.For(
            0,
            rows,
            row =>
            {
                var random = new RandomStream(seed, "randomized svd", row);
                foreach (ref float value in result.Row(row))
                {
                    value = (float)random.NextNormal();
                }
            }
        );
        return result;
    }

    private static double[] TimesTranspose(double[] r, int n)
    {
        var result = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int p = 0; p < n; p++)
                {
                    sum += r[(i * n) + p] * r[(j * n) + p];
                }

                result[(i * n) + j] = sum;
                result[(j * n) + i] = sum;
            }
        }

        return result;
    }

    private static Matrix Rotated(IEngine engine, Tensor basis, Matrix rotation)
    {
        using Tensor right = engine.Constant(rotation);
        using Tensor product = engine.MatrixProduct(basis, right);
        basis.Dispose();
        return engine.Read(product);
    }

    private static void OrientSigns(Matrix u, Matrix v)
    {
        for (int k = 0; k < v.Columns; k++)
        {
            float largest = 0;
            for (int i = 0; i < v.Rows; i++)
            {
                largest = MathF.Abs(v[i, k]) > MathF.Abs(largest) ? v[i, k] : largest;
            }

            if (largest < 0)
            {
                for (int i = 0; i < v.Rows; i++)
                {
                    v[i, k] = -v[i, k];
                }

                for (int i = 0; i < u.Rows; i++)
                {
                    u[i, k] = -u[i, k];
                }
            }
        }
    }
}
