using System.Numerics;
using System.Runtime.InteropServices;

namespace CranePipeline.Tensors.LinearAlgebra;

/// <summary>
/// All eigenvalues and eigenvectors of a symmetric matrix of moderate size (some hundreds of rows), in double precision:
/// Householder's reduction to tridiagonal form, then the QL algorithm with implicit shifts (Golub and Van Loan, "Matrix
/// Computations", 4th edition, sections 8.3.1 and 8.3.3).
/// </summary>
public static class SymmetricEigen
{
    private const int MostSweeps = 60;

    // Against the largest value of the matrix: far below its rounding, and where squares still have all their digits.
    private const double Vanishing = 1e-100;

    // Sweeps after which what is left beside the diagonal is measured against the whole matrix and not against its neighbours.
    private const int LocalSweeps = 30;

    /// <summary>Decomposes a symmetric matrix; only its values on and below the diagonal are looked at.</summary>
    /// <param name="matrix"><c>[size × size]</c>, row after row.</param>
    /// <param name="size">Number of rows.</param>
    /// <exception cref="ArgumentException">The length does not fit, or a value is not finite.</exception>
    public static EigenResult Decompose(ReadOnlySpan<double> matrix, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (matrix.Length != size * size)
        {
            throw new ArgumentException($"A symmetric matrix of {size} rows needs {size * size} values, not {matrix.Length}.");
        }

        var work = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double value = matrix[(i * size) + j];
                if (!double.IsFinite(value))
                {
                    throw new ArgumentException($"The matrix has the value {value} at ({i}, {j}).", nameof(matrix));
                }

                work[(i * size) + j] = value;
                work[(j * size) + i] = value;
            }
        }

        var diagonal = new double[size];
        var beside = new double[size];
        double[] vectors = Tridiagonalize(work, size, diagonal, beside);
        Iterate(diagonal, beside, vectors, size);
        return Sorted(diagonal, vectors, size);
    }

    // Returns the transposed product of the reflections: row i will become the i-th eigenvector.
    private static double[] Tridiagonalize(double[] a, int n, double[] diagonal, double[] beside)
    {
        var reflections = new double[n * n];
        var factors = new double[n];
        var product = new double[n];
        double largest = 0;
        foreach (double value in a)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        for (int k = 0; k < n - 1; k++)
        {
            Span<double> v = reflections.AsSpan((k * n) + k + 1, n - k - 1);
            a.AsSpan((k * n) + k + 1, n - k - 1).CopyTo(v);
            diagonal[k] = a[(k * n) + k];
            double norm = Math.Sqrt(Dot(v, v));
            if (norm <= Vanishing * largest)
            {
                v.Clear();
                norm = 0;
            }

            double head = v[0];
            double reflected = head > 0 ? -norm : norm;
            beside[k] = k == n - 2 ? head : reflected;
            if (norm == 0 || k == n - 2)
            {
                continue;
            }

            v[0] = head - reflected;
            double factor = 2 / Dot(v, v);
            factors[k] = factor;
            Span<double> p = product.AsSpan(k + 1, n - k - 1);
            for (int i = k + 1; i < n; i++)
            {
                p[i - k - 1] = factor * Dot(a.AsSpan((i * n) + k + 1, n - k - 1), v);
            }

            AddScaled(v, -0.5 * factor * Dot(p, v), p);
            for (int i = k + 1; i < n; i++)
            {
                Span<double> row = a.AsSpan((i * n) + k + 1, n - k - 1);
                AddScaled(p, -v[i - k - 1], row);
                AddScaled(v, -p[i - k - 1], row);
            }
        }

        diagonal[n - 1] = a[^1];
        var vectors = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            vectors[(i * n) + i] = 1;
        }

        for (int k = n - 2; k >= 0; k--)
        {
            Span<double> v = reflections.AsSpan((k * n) + k + 1, n - k - 1);
            for (int i = k + 1; i < n && factors[k] != 0; i++)
            {
                Span<double> row = vectors.AsSpan((i * n) + k + 1, n - k - 1);
                AddScaled(v, -factors[k] * Dot(row, v), row);
            }
        }

        return vectors;
    }

    private static void Iterate(double[] d, double[] e, double[] vectors, int n)
    {
        // Where the rank is deficient, what is left of the other directions is rounding beside rounding and never vanishes against itself.
        double largest = 0;
        for (int i = 0; i < n; i++)
        {
            largest = Math.Max(largest, Math.Abs(d[i]) + Math.Abs(e[i]));
        }

        bool deficient = false;
        for (int low = 0; low < n; low++)
        {
            for (int sweep = 0; ; sweep++)
            {
                deficient |= sweep == LocalSweeps;
                int high = low;
                while (
                    high < n - 1
                    && !IsNegligible(e[high], d[high], d[high + 1])
                    && !(deficient && IsNegligible(e[high], largest, 0))
                )
                {
                    high++;
                }

                if (high == low)
                {
                    break;
                }

                if (sweep == MostSweeps)
                {
                    throw new ArithmeticException($"The QL iteration did not converge in {MostSweeps} sweeps.");
                }

                Sweep(d, e, vectors, n, low, high);
            }
        }
    }

    // One implicit QL sweep over the unreduced block low … high, with Wilkinson's shift.
    private static void Sweep(double[] d, double[] e, double[] vectors, int n, int low, int high)
    {
        double g = (d[low + 1] - d[low]) / (2 * e[low]);
        double r = double.Hypot(g, 1);
        g = d[high] - d[low] + (e[low] / (g + (g >= 0 ? r : -r)));
        (double sine, double cosine, double p) = (1, 1, 0);
        for (int i = high - 1; i >= low; i--)
        {
            double f = sine * e[i];
            double b = cosine * e[i];
            r = double.Hypot(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                // The block falls apart here; the next sweep sees the parts.
                d[i + 1] -= p;
                e[high] = 0;
                return;
            }

            sine = f / r;
            cosine = g / r;
            g = d[i + 1] - p;
            r = ((d[i] - g) * sine) + (2 * cosine * b);
            p = sine * r;
            d[i + 1] = g + p;
            g = (cosine * r) - b;
            Rotate(vectors.AsSpan(i * n, n), vectors.AsSpan((i + 1) * n, n), cosine, sine);
        }

        d[low] -= p;
        e[low] = g;
        e[high] = 0;
    }

    // Whether an element beside the diagonal vanishes against its neighbours on the diagonal.
    private static bool IsNegligible(double value, double above, double below)
    {
        double scale = Math.Abs(above) + Math.Abs(below);
        return scale + Math.Abs(value) == scale;
    }

    private static EigenResult Sorted(double[] values, double[] vectors, int n)
    {
        int[] order = [.. Enumerable.Range(0, n)];
        Array.Sort(order, (x, y) => values[x] == values[y] ? x.CompareTo(y) : values[y].CompareTo(values[x]));
        var sortedValues = new double[n];
        var sortedVectors = new double[n * n];
        for (int place = 0; place < n; place++)
        {
            sortedValues[place] = values[order[place]];
            ReadOnlySpan<double> source = vectors.AsSpan(order[place] * n, n);
            Span<double> target = sortedVectors.AsSpan(place * n, n);
            int largest = 0;
            for (int j = 1; j < n; j++)
            {
                largest = Math.Abs(source[j]) > Math.Abs(source[largest]) ? j : largest;
            }

            double sign = source[largest] < 0 ? -1 : 1;
            for (int j = 0; j < n; j++)
            {
                target[j] = sign * source[j];
            }
        }

        return new EigenResult(n, sortedValues, sortedVectors);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(a);
        ReadOnlySpan<Vector<double>> y = MemoryMarshal.Cast<double, Vector<double>>(b);
        Vector<double> sums = Vector<double>.Zero;
        for (int i = 0; i < x.Length; i++)
        {
            sums += x[i] * y[i];
        }

        double sum = Vector.Sum(sums);
        for (int i = x.Length * Vector<double>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void AddScaled(ReadOnlySpan<double> source, double factor, Span<double> target)
    {
        ReadOnlySpan<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(source);
        Span<Vector<double>> y = MemoryMarshal.Cast<double, Vector<double>>(target);
        var scale = new Vector<double>(factor);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] += scale * x[i];
        }

        for (int i = x.Length * Vector<double>.Count; i < source.Length; i++)
        {
            target[i] += factor * source[i];
        }
    }

    private static void Rotate(Span<double> lower, Span<double> upper, double cosine, double sine)
    {
        Span<Vector<double>> x = MemoryMarshal.Cast<double, Vector<double>>(lower);
        Span<Vector<double>> y = MemoryMarshal.Cast<double, Vector<double>>(upper);
        (var c, var s) = (new Vector<double>(cosine), new Vector<double>(sine));
        for (int i = 0; i < x.Length; i++)
        {
            (x[i], y[i]) = ((c * x[i]) - (s * y[i]), (s * x[i]) + (c * y[i]));
        }

        for (int i = x.Length * Vector<double>.Count; i < lower.Length; i++)
        {
            (lower[i], upper[i]) = ((cosine * lower[i]) - (sine * upper[i]), (sine * lower[i]) + (cosine * upper[i]));
        }
    }
}
