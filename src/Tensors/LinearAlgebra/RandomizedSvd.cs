namespace CranePipeline.Tensors.LinearAlgebra;

/// <summary>Leading singular values of a matrix and the singular vectors of one of its sides.</summary>
/// <param name="Vectors"><c>[rows or columns × rank]</c>, orthonormal columns, largest value first.</param>
/// <param name="Values"><c>[rank]</c>, descending and positive: fewer than were asked for where the matrix has no more.</param>
public sealed record SingularVectors(Matrix Vectors, double[] Values)
{
    /// <summary>The vectors, each times its value: rows (or columns) of the matrix in the space of its leading directions.</summary>
    public Matrix Scaled()
    {
        var scaled = new Matrix(Vectors.Rows, Vectors.Columns);
        for (int row = 0; row < scaled.Rows; row++)
        {
            ReadOnlySpan<float> source = Vectors.Row(row);
            Span<float> target = scaled.Row(row);
            for (int column = 0; column < target.Length; column++)
            {
                target[column] = (float)(source[column] * Values[column]);
            }
        }

        return scaled;
    }
}

/// <summary>
/// The leading singular values and vectors of a large matrix, from products with it alone: randomised subspace iteration on the
/// Gram matrix of one side (Halko, Martinsson and Tropp, "Finding structure with randomness", SIAM Review 2011, section 4.5) with a
/// Rayleigh-Ritz step at the end. The same seed gives the same bytes on an engine, whatever its number of threads.
/// </summary>
/// <remarks>
/// Only vectors of the side asked for are orthonormalised and kept, about three matrices of <c>[side × (rank + oversampling)]</c>.
/// As the Gram matrix squares singular values, those below about a thousandth of the largest are float32's rounding and left out.
/// </remarks>
public static class RandomizedSvd
{
    // Of squared singular values, against the largest.
    private const double Negligible = 1e-6;
    private const int PanelColumns = 64;

    /// <summary>
    /// Left singular vectors of a sparse matrix. Its other side, which for texts has many times more columns than there are rows,
    /// is never held as more than <c>[columns × 64]</c>.
    /// </summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="a"><c>[rows × columns]</c>.</param>
    /// <param name="rank">Singular values wanted, at most the smaller side.</param>
    /// <param name="seed">Seed of the random projection.</param>
    /// <param name="oversampling">Directions carried along beyond the rank.</param>
    /// <param name="powerIterations">Products with the Gram matrix before the last; two do for a slowly falling spectrum.</param>
    public static SingularVectors Left(
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
        return Iterate(
            engine,
            q => GramTimes(engine, sparse, q),
            (a.Rows, Math.Min(a.Rows, a.Columns)),
            rank,
            seed,
            oversampling,
            powerIterations
        );
    }

    /// <summary>Right singular vectors of a dense matrix, best a tall one.</summary>
    /// <inheritdoc cref="Left"/>
    public static SingularVectors Right(
        IEngine engine,
        Matrix a,
        int rank,
        long seed,
        int oversampling = 10,
        int powerIterations = 2
    )
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(a);
        using Tensor dense = engine.Constant(a);
        return Iterate(
            engine,
            q =>
            {
                using Tensor across = engine.MatrixProduct(dense, q);
                return engine.MatrixProduct(dense, across, transposeA: true);
            },
            (a.Columns, Math.Min(a.Rows, a.Columns)),
            rank,
            seed,
            oversampling,
            powerIterations
        );
    }

    private static SingularVectors Iterate(
        IEngine engine,
        Func<Tensor, Tensor> gramTimes,
        (int Side, int Full) shape,
        int rank,
        long seed,
        int oversampling,
        int powerIterations
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, shape.Full);
        ArgumentOutOfRangeException.ThrowIfNegative(oversampling);
        ArgumentOutOfRangeException.ThrowIfNegative(powerIterations);
        int width = (int)Math.Min((long)rank + oversampling, shape.Full);
        Tensor basis = engine.Constant(RandomSigns(shape.Side, width, seed));
        for (int iteration = 0; iteration < Math.Max(1, powerIterations); iteration++)
        {
            using Tensor advanced = gramTimes(basis);
            basis.Dispose();
            basis = OrthonormalBasis.Of(engine, advanced);
        }

        SymmetricEigen eigen;
        using (Tensor image = gramTimes(basis))
        using (Tensor projected = engine.MatrixProduct(basis, image, transposeA: true))
        {
            eigen = SymmetricEigen.Of(Symmetric(engine.Read(projected)), width);
        }

        int kept = 0;
        while (kept < rank && eigen.Values[kept] > Negligible * eigen.Values[0])
        {
            kept++;
        }

        if (kept == 0)
        {
            basis.Dispose();
            return new SingularVectors(new Matrix(shape.Side, 0), []);
        }

        using Tensor rotation = engine.Constant(Rotation(eigen, kept));
        using Tensor vectors = engine.MatrixProduct(basis, rotation);
        basis.Dispose();
        return new SingularVectors(engine.Read(vectors), [.. eigen.Values.Take(kept).Select(Math.Sqrt)]);
    }

    // A · (Aᵀ · q).
    private static Tensor GramTimes(IEngine engine, SparseTensor matrix, Tensor q)
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
        Parallel.For(
            0,
            rows,
            row =>
            {
                var stream = new RandomStream(seed, "latent factors", row);
                Span<float> values = signs.Row(row);
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

    // Eigenvectors as columns.
    private static Matrix Rotation(SymmetricEigen eigen, int kept)
    {
        var rotation = new Matrix(eigen.Size, kept);
        for (int column = 0; column < kept; column++)
        {
            ReadOnlySpan<double> vector = eigen.Vector(column);
            for (int row = 0; row < vector.Length; row++)
            {
                rotation[row, column] = (float)vector[row];
            }
        }

        return rotation;
    }
}
