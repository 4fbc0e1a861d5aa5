using CranePipeline.Tensors;

namespace CranePipeline.Features.Tests;

/// <summary>Vectors for tests, and a search over them that takes no short cut.</summary>
internal static class Vectors
{
    internal static Matrix Random(int rows, int columns, long seed)
    {
        var stream = new RandomStream(seed, "test vectors");
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = (float)stream.NextNormal();
        }

        return matrix;
    }

    internal static bool[] All(int rows) => [.. Enumerable.Repeat(true, rows)];

    /// <summary>Cosines of all pairs in double precision.</summary>
    internal static double[,] Cosines(Matrix values)
    {
        var cosines = new double[values.Rows, values.Rows];
        for (int a = 0; a < values.Rows; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double dot = 0;
                double squaresA = 0;
                double squaresB = 0;
                for (int column = 0; column < values.Columns; column++)
                {
                    (double x, double y) = (values[a, column], values[b, column]);
                    dot += x * y;
                    squaresA += x * x;
                    squaresB += y * y;
                }

                cosines[a, b] = cosines[b, a] = dot / Math.Sqrt(squaresA * squaresB);
            }
        }

        return cosines;
    }
}
