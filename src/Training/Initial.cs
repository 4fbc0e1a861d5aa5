using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Initial values, made by the host so that every engine starts from the same.</summary>
internal static class Initial
{
    /// <summary>Xavier-uniform (Glorot and Bengio, 2010): ±√(6 / (rows + columns)).</summary>
    public static Matrix Xavier(int rows, int columns, long seed, string purpose) => Members(rows, columns, 1, seed, purpose);

    /// <summary>
    /// The same for members side by side, <c>[rows × members · columns]</c>, each drawn by itself, the first as if it were alone.
    /// </summary>
    public static Matrix Members(int rows, int columns, int members, long seed, string purpose)
    {
        float bound = MathF.Sqrt(6f / (rows + columns));
        var matrix = new Matrix(rows, columns * members);
        for (int member = 0; member < members; member++)
        {
            string own = member == 0 ? purpose : FormattableString.Invariant($"{purpose} of member {member}");
            var stream = new RandomStream(seed, own);
            for (int row = 0; row < rows; row++)
            {
                foreach (ref float value in matrix.Row(row).Slice(member * columns, columns))
                {
                    value = ((2f * stream.NextSingle()) - 1f) * bound;
                }
            }
        }

        return matrix;
    }

    /// <summary>Normal with mean 0.</summary>
    public static Matrix Normal(int rows, int columns, double deviation, long seed, string purpose)
    {
        var stream = new RandomStream(seed, purpose);
        var matrix = new Matrix(rows, columns);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = (float)(deviation * stream.NextNormal());
        }

        return matrix;
    }

    public static Matrix Identity(int size)
    {
        var matrix = new Matrix(size, size);
        for (int place = 0; place < size; place++)
        {
            matrix[place, place] = 1f;
        }

        return matrix;
    }

    public static Matrix Filled(int rows, int columns, float value)
    {
        var matrix = new Matrix(rows, columns);
        matrix.Values.AsSpan().Fill(value);
        return matrix;
    }
}
