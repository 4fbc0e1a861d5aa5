using CranePipeline.Tensors;
using CranePipeline.Tensors.LinearAlgebra;

namespace CranePipeline.Training;

/// <summary>The leading right singular vectors of a tall matrix, the start of a projection.</summary>
internal static class PrincipalDirections
{
    private const int Oversampling = 16;
    private const int Iterations = 5;

    /// <summary><c>[width × count]</c> orthonormal columns, largest first; columns beyond the width or the rank are zero.</summary>
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

        int rank = Math.Min(count, features.Rows);
        Matrix leading = RandomizedSvd.Right(engine, features, rank, seed, Oversampling, Iterations).Vectors;
        for (int place = 0; place < width; place++)
        {
            leading.Row(place).CopyTo(directions.Row(place));
        }

        return directions;
    }
}
