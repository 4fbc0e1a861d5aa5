using CranePipeline.Tensors.LinearAlgebra;
using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

[TestFixture]
internal sealed class SymmetricEigenTests
{
    [Test]
    public void Eigen_of_a_two_by_two_matrix_is_known_by_hand()
    {
        // [[2, 1], [1, 2]]: 3 along (1, 1)/√2 and 1 along (1, −1)/√2.
        SymmetricEigen eigen = SymmetricEigen.Of([2, 1, 1, 2], 2);
        double root = Math.Sqrt(0.5);
        Assert.That(eigen.Values, Is.EqualTo(new[] { 3.0, 1.0 }).Within(1e-15));
        Assert.That(eigen.Vector(0).ToArray(), Is.EqualTo(new[] { root, root }).Within(1e-15));
        Assert.That(eigen.Vector(1).ToArray().Select(Math.Abs), Is.EqualTo(new[] { root, root }).Within(1e-15));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(40)]
    [TestCase(157)]
    public void Eigen_gives_back_the_matrix_and_orthonormal_vectors(int n)
    {
        double[] a = Symmetric(n);
        SymmetricEigen eigen = SymmetricEigen.Of(a, n);
        Assert.That(eigen.Values, Is.Ordered.Descending);
        AssertRebuilt(a, eigen, 1e-12 * n);
    }

    [Test]
    public void Eigen_takes_repeated_and_zero_eigenvalues()
    {
        // Rank one, and a block of equal values: 5 on a 3-dimensional space, 0 elsewhere.
        const int Size = 12;
        var a = new double[Size * Size];
        for (int i = 3; i < 6; i++)
        {
            a[(i * Size) + i] = 5;
        }

        SymmetricEigen eigen = SymmetricEigen.Of(a, Size);
        Assert.That(eigen.Values[..3], Is.EqualTo(new[] { 5.0, 5.0, 5.0 }));
        Assert.That(eigen.Values[3..], Is.All.Zero);
        AssertRebuilt(a, eigen, 1e-14);

        double[] ones = [.. Enumerable.Repeat(1.0, Size * Size)];
        AssertRebuilt(ones, SymmetricEigen.Of(ones, Size), 1e-13);
    }

    [TestCase(1e-10)]
    [TestCase(1e-162)]
    [TestCase(1e-300)]
    public void Eigen_takes_a_matrix_whose_rest_is_rounding(double rounding)
    {
        // Five directions that count, and among the other 35 nothing but noise down to where its squares vanish.
        const int Size = 40;
        double[] noise = Symmetric(Size);
        double[] a = [.. noise.Select(value => value * rounding)];
        for (int i = 0; i < 5; i++)
        {
            a[(i * Size) + i] += 5 - i;
        }

        SymmetricEigen eigen = SymmetricEigen.Of(a, Size);

        Assert.That(eigen.Values[..5], Is.EqualTo(new[] { 5.0, 4, 3, 2, 1 }).Within(Math.Max(100 * rounding, 1e-14)));
        AssertRebuilt(a, eigen, 1e-13);
    }

    [Test]
    public void Eigen_refuses_what_is_not_finite() =>
        Assert.That(() => SymmetricEigen.Of([1, 0, double.NaN, 1], 2), Throws.ArgumentException.With.Message.Contains("(1, 0)"));

    private static double[] Symmetric(int n)
    {
        var random = new RandomStream(9, "symmetric", n);
        var a = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                a[(i * n) + j] = a[(j * n) + i] = random.NextNormal();
            }
        }

        return a;
    }

    private static void AssertRebuilt(double[] a, SymmetricEigen eigen, double tolerance)
    {
        int n = eigen.Size;
        double worst = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                (int p, int q) = (i, j);
                double rebuilt = Reference.Sum(n, k => eigen.Values[k] * eigen.Vector(k)[p] * eigen.Vector(k)[q]);
                double inner = Reference.Sum(n, k => eigen.Vector(p)[k] * eigen.Vector(q)[k]);
                worst = Math.Max(worst, Math.Abs(rebuilt - a[(i * n) + j]));
                worst = Math.Max(worst, Math.Abs(inner - (i == j ? 1 : 0)));
            }
        }

        Assert.That(worst, Is.LessThan(tolerance));
    }
}
