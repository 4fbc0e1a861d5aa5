using MathNet.Numerics.Providers.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace CranePipeline.Tensors.LinearAlgebra;

/// <summary>Eigenvalues, largest first, and orthonormal eigenvectors of a symmetric matrix of moderate size, in double precision.</summary>
/// <param name="Size">Number of rows of the matrix.</param>
/// <param name="Values"><c>[Size]</c>, descending.</param>
/// <param name="Vectors">
/// <c>[Size × Size]</c>; row i is the eigenvector of value i, its largest component (by size, the first of equals) positive.
/// </param>
public sealed record SymmetricEigen(int Size, double[] Values, double[] Vectors)
{
    // Math.NET's managed code by name: whatever native library lies about, the same bytes.
    private static readonly ManagedLinearAlgebraProvider Provider = ManagedLinearAlgebraProvider.Instance;

    /// <summary>One eigenvector.</summary>
    public ReadOnlySpan<double> Vector(int index) => Vectors.AsSpan(index * Size, Size);

    /// <summary>Decomposes a symmetric matrix.</summary>
    /// <param name="matrix"><c>[size × size]</c>; left as it is.</param>
    /// <param name="size">Number of rows.</param>
    /// <exception cref="ArgumentException">The length does not fit, or a value is not finite.</exception>
    public static SymmetricEigen Of(double[] matrix, int size)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Length != (long)size * size)
        {
            throw new ArgumentException($"{matrix.Length} values are no {size} × {size} matrix.", nameof(matrix));
        }

        int odd = Array.FindIndex(matrix, value => !double.IsFinite(value));
        if (odd >= 0)
        {
            throw new ArgumentException($"The value at ({odd / size}, {odd % size}) is not finite.", nameof(matrix));
        }

        // Column after column, each an eigenvector, by ascending value; a symmetric matrix reads the same either way.
        var vectors = new double[matrix.Length];
        var values = new Complex[size];
        Provider.EigenDecomp(true, size, [.. matrix], vectors, values, new double[matrix.Length]);
        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(index => values[index].Real)];
        var sorted = new double[matrix.Length];
        for (int place = 0; place < size; place++)
        {
            ReadOnlySpan<double> source = vectors.AsSpan(order[place] * size, size);
            int largest = 0;
            for (int row = 1; row < size; row++)
            {
                largest = Math.Abs(source[row]) > Math.Abs(source[largest]) ? row : largest;
            }

            double sign = source[largest] < 0 ? -1 : 1;
            for (int row = 0; row < size; row++)
            {
                sorted[(place * size) + row] = sign * source[row];
            }
        }

        return new SymmetricEigen(size, [.. order.Select(index => values[index].Real)], sorted);
    }
}
