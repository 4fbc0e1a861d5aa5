using CranePipeline.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace CranePipeline.Training;

/// <summary>
/// The leading right singular vectors of a tall matrix by randomised subspace iteration (Halko, Martinsson and Tropp, SIAM Review
/// 2011) with a Rayleigh-Ritz step at the end.
/// </summary>
internal static class PrincipalDirections
{
    private const int Oversampling = 16;
    private const int Iterations = 6;

    /// <summary><c>[width × count]</c> orthonormal columns, largest first; columns beyond the width are zero.</summary>
    public static Matrix Of(IEngine engine, Matrix features, int count, long seed)
    {
        int width = features.Columns;
        var directions = new Matrix(width, count);
        if (width <= count)
        {
            for (int place = 0; place < width; place++)
            {
                directions[place, place] = 1f;
            }

            return directions;
        }

        int sampled = Math.Min(width, count + Oversampling);
        var stream = new RandomStream(seed, "principal directions");
        var basis = new Matrix(width, sampled);
        foreach (ref float value in basis.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }

        using Tensor rows = engine.Constant(features);
        Orthonormalize(basis);
        Matrix image = basis;
        for (int iteration = 0; iteration < Iterations; iteration++)
        {
            image = GramTimes(engine, rows, basis);
            if (iteration < Iterations - 1)
            {
                Orthonormalize(image);
                basis = image;
            }
        }

        // Within the subspace the eigenvectors of Qᵀ(XᵀX)Q order the directions and let the oversampled ones go.
        Matrix<double> small = Matrix<double>.Build.Dense(sampled, sampled);
        for (int row = 0; row < sampled; row++)
        {
            for (int column = 0; column < sampled; column++)
            {
                double sum = 0;
                for (int place = 0; place < width; place++)
                {
                    sum += (double)basis[place, row] * image[place, column];
                }

                small[row, column] = sum;
            }
        }

        small = (small + small.Transpose()) * 0.5;
        Matrix<double> vectors = small.Evd(Symmetricity.Symmetric).EigenVectors;
        for (int place = 0; place < width; place++)
        {
            for (int column = 0; column < count; column++)
            {
                double sum = 0;
                for (int inner = 0; inner < sampled; inner++)
                {
                    sum += basis[place, inner] * vectors[inner, sampled - 1 - column];
                }

                directions[place, column] = (float)sum;
            }
        }

        return directions;
    }

    /// <summary>(XᵀX) Q.</summary>
    private static Matrix GramTimes(IEngine engine, Tensor rows, Matrix basis)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor image = engine.MatrixProduct(rows, engine.Constant(basis));
        return engine.Read(engine.MatrixProduct(rows, image, transposeA: true));
    }

    /// <summary>Modified Gram-Schmidt, twice, in double; a column that vanishes stays zero.</summary>
    internal static void Orthonormalize(Matrix basis)
    {
        int rows = basis.Rows;
        int columns = basis.Columns;
        var turned = new double[columns][];
        for (int column = 0; column < columns; column++)
        {
            turned[column] = new double[rows];
            for (int row = 0; row < rows; row++)
            {
                turned[column][row] = basis[row, column];
            }
        }

        for (int column = 0; column < columns; column++)
        {
            double[] current = turned[column];
            double before = Norm(current);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int earlier = 0; earlier < column; earlier++)
                {
                    double[] other = turned[earlier];
                    double dot = 0;
                    for (int row = 0; row < rows; row++)
                    {
                        dot += current[row] * other[row];
                    }

                    for (int row = 0; row < rows; row++)
                    {
                        current[row] -= dot * other[row];
                    }
                }
            }

            double norm = Norm(current);
            double factor = norm > 1e-12 * before && norm > 0 ? 1 / norm : 0;
            for (int row = 0; row < rows; row++)
            {
                current[row] *= factor;
                basis[row, column] = (float)current[row];
            }
        }
    }

    private static double Norm(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
        {
            sum += value * value;
        }

        return Math.Sqrt(sum);
    }
}
