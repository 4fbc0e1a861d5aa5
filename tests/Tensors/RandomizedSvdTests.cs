using CranePipeline.Tensors.LinearAlgebra;
using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

/// <summary>Leading singular vectors, and the orthonormal bases that they are found by.</summary>
[TestFixture]
internal sealed class RandomizedSvdTests : IDisposable
{
    private readonly CpuEngine engine = new(threads: 2);

    public void Dispose() => engine.Dispose();

    [TestCase(500, 1, 1.0)]
    [TestCase(500, 20, 1.0)]
    [TestCase(700, 37, 1e3)]
    [TestCase(700, 37, 1e5)]
    public void Basis_has_orthonormal_columns_that_span_the_matrix(int rows, int columns, double condition)
    {
        var random = new RandomStream(3, "qr", columns);
        var a = new Matrix(rows, columns);
        for (int j = 0; j < columns; j++)
        {
            double scale = Math.Pow(condition, -(double)j / columns);
            for (int i = 0; i < rows; i++)
            {
                // Columns that lean on the first one, so that scaling alone would not do.
                a[i, j] = (float)((scale * random.NextNormal()) + (j > 0 ? a[i, 0] : 0));
            }
        }

        using Tensor tensor = engine.Constant(a);
        using Tensor basis = OrthonormalBasis.Of(engine, tensor);
        Matrix q = engine.Read(basis);
        AssertOrthonormal(q, 1e-5, columns);
        AssertSpans(q, a);
    }

    [Test]
    public void Basis_of_a_matrix_of_less_rank_spans_its_columns()
    {
        var random = new RandomStream(3, "rank");
        var a = new Matrix(200, 6);
        for (int i = 0; i < 200; i++)
        {
            (float x, float y) = ((float)random.NextNormal(), (float)random.NextNormal());
            float[] row = [x, y, x + y, x - y, 2 * x, 0];
            row.CopyTo(a.Row(i));
        }

        using Tensor tensor = engine.Constant(a);
        using Tensor basis = OrthonormalBasis.Of(engine, tensor);
        Matrix q = engine.Read(basis);
        AssertOrthonormal(q, 1e-5, null);
        AssertSpans(q, a);
    }

    [TestCase(300, 120)]
    [TestCase(120, 300)]
    public void Svd_finds_known_singular_values_and_vectors(int rows, int columns)
    {
        // A = Σ_k 2^−k u_k v_kᵀ with orthonormal u and v.
        const int Rank = 12;
        Matrix u = Orthonormal(rows, Rank, "u");
        Matrix v = Orthonormal(columns, Rank, "v");
        var a = new Matrix(rows, columns);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                a[i, j] = (float)Reference.Sum(Rank, k => Math.Pow(2, -k) * u[i, k] * v[j, k]);
            }
        }

        SingularVectors left = RandomizedSvd.Left(engine, ToCsr(a), 8, 1);
        SingularVectors right = RandomizedSvd.Right(engine, a, 8, 1);
        foreach ((SingularVectors svd, Matrix side) in new[] { (left, u), (right, v) })
        {
            Assert.That((svd.Vectors.Rows, svd.Vectors.Columns), Is.EqualTo((side.Rows, 8)));
            AssertOrthonormal(svd.Vectors, 2e-5, 8);
            for (int k = 0; k < 8; k++)
            {
                int at = k;
                // Squared values are known to a float's precision of the largest.
                Assert.That(svd.Values[k] * svd.Values[k], Is.EqualTo(Math.Pow(4, -k)).Within(2e-6), $"singular value {k}");
                double cosine = Reference.Sum(side.Rows, i => svd.Vectors[i, at] * side[i, at]);
                Assert.That(Math.Abs(cosine), Is.EqualTo(1).Within(1e-3), $"singular vector {k}");
            }

            Assert.That(svd.Scaled()[3, 1], Is.EqualTo(svd.Vectors[3, 1] * svd.Values[1]).Within(1e-6));
        }
    }

    [Test]
    public void Svd_of_a_slowly_falling_spectrum_comes_near_the_best_approximation()
    {
        // Pure noise is the hardest case: two power iterations must keep nearly all that the exact decomposition would keep.
        var random = new RandomStream(8, "noise");
        var a = new Matrix(150, 100);
        foreach (ref float value in a.Values.AsSpan())
        {
            value = (float)random.NextNormal();
        }

        var gram = new double[100 * 100];
        for (int i = 0; i < 100; i++)
        {
            for (int j = 0; j < 100; j++)
            {
                (int p, int q) = (i, j);
                gram[(i * 100) + j] = Reference.Sum(150, r => (double)a[r, p] * a[r, q]);
            }
        }

        double best = SymmetricEigen.Of(gram, 100).Values[..10].Sum();
        double kept = RandomizedSvd.Right(engine, a, 10, 4).Values.Sum(value => value * value);
        Assert.That(kept / best, Is.InRange(0.95, 1.00001));
    }

    [Test]
    public void Svd_of_a_matrix_of_less_rank_ends_there()
    {
        var a = new Matrix(30, 20);
        for (int i = 0; i < 30; i++)
        {
            for (int j = 0; j < 20; j++)
            {
                a[i, j] = (i + 1) * (j + 1);
            }
        }

        SingularVectors svd = RandomizedSvd.Right(engine, a, 3, 1);
        double expected = Math.Sqrt(Reference.Sum(30, i => (i + 1) * (i + 1)) * Reference.Sum(20, j => (j + 1) * (j + 1)));
        Assert.That(svd.Values, Has.Length.EqualTo(1));
        Assert.That(svd.Values[0], Is.EqualTo(expected).Within(1e-5 * expected));
        Assert.That(svd.Vectors.Values, Is.All.Matches<float>(float.IsFinite));
        Assert.That(RandomizedSvd.Right(engine, new Matrix(30, 20), 3, 1).Values, Is.Empty, "a matrix of zeros");
    }

    [Test]
    public void Svd_is_the_same_for_any_number_of_threads()
    {
        Matrix a = Orthonormal(400, 30, "threads");
        var results = new List<(SingularVectors Left, SingularVectors Right)>();
        foreach (int threads in new[] { 1, 3 })
        {
            using var other = new CpuEngine(threads);
            results.Add((RandomizedSvd.Left(other, ToCsr(a), 5, 2), RandomizedSvd.Right(other, a, 5, 2)));
        }

        Assert.That(results[1].Left.Vectors.Values, Is.EqualTo(results[0].Left.Vectors.Values));
        Assert.That(results[1].Right.Vectors.Values, Is.EqualTo(results[0].Right.Vectors.Values));
    }

    private static void AssertOrthonormal(Matrix q, double tolerance, int? rank)
    {
        int ones = 0;
        for (int i = 0; i < q.Columns; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                (int a, int b) = (i, j);
                double inner = Reference.Sum(q.Rows, r => (double)q[r, a] * q[r, b]);
                bool one = i == j && inner > 0.5;
                ones += one ? 1 : 0;
                Assert.That(inner, Is.EqualTo(one ? 1 : 0).Within(tolerance), $"columns {i} and {j}");
            }
        }

        if (rank is not null)
        {
            Assert.That(ones, Is.EqualTo(rank));
        }
    }

    // A = Q (Qᵀ A).
    private static void AssertSpans(Matrix q, Matrix a)
    {
        double error = 0;
        for (int j = 0; j < a.Columns; j++)
        {
            int column = j;
            double[] inner = [.. Enumerable.Range(0, q.Columns).Select(k => Reference.Sum(a.Rows, i => q[i, k] * a[i, column]))];
            for (int i = 0; i < a.Rows; i++)
            {
                int row = i;
                error = Math.Max(error, Math.Abs(a[i, j] - Reference.Sum(q.Columns, k => q[row, k] * inner[k])));
            }
        }

        Assert.That(error, Is.LessThan(2e-5));
    }

    private static Matrix Orthonormal(int rows, int columns, string name)
    {
        var random = new RandomStream(1, name);
        var a = new double[rows, columns];
        for (int j = 0; j < columns; j++)
        {
            for (int i = 0; i < rows; i++)
            {
                a[i, j] = random.NextNormal();
            }

            for (int pass = 0; pass < 2; pass++)
            {
                for (int k = 0; k < j; k++)
                {
                    int other = k;
                    int own = j;
                    double inner = Reference.Sum(rows, i => a[i, own] * a[i, other]);
                    for (int i = 0; i < rows; i++)
                    {
                        a[i, j] -= inner * a[i, k];
                    }
                }
            }

            int column = j;
            double norm = Math.Sqrt(Reference.Sum(rows, i => a[i, column] * a[i, column]));
            for (int i = 0; i < rows; i++)
            {
                a[i, j] /= norm;
            }
        }

        return new Matrix(rows, columns, [.. a.Cast<double>().Select(value => (float)value)]);
    }

    private static CsrMatrix ToCsr(Matrix a)
    {
        int[] offsets = [.. Enumerable.Range(0, a.Rows + 1).Select(row => row * a.Columns)];
        int[] columns = [.. Enumerable.Range(0, a.Values.Length).Select(place => place % a.Columns)];
        return new CsrMatrix(a.Rows, a.Columns, offsets, columns, a.Values);
    }
}
