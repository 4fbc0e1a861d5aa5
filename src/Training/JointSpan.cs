using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// The rows of two short matrices in coordinates of their joint span: inner products and lengths of all that is made of these rows
/// stay as they are, and so do the gradients that come of them, for those lie in the span too.
/// </summary>
internal static class JointSpan
{
    private const double Vanished = 1e-6;

    /// <summary>
    /// a and b, <c>[p × d]</c> and <c>[q × d]</c>, as <c>[p × r]</c> and <c>[q × r]</c> with r = p + q; themselves where r is not
    /// below d.
    /// </summary>
    public static (Tensor A, Tensor B) Of(Tensor a, Tensor b)
    {
        int rank = a.Rows + b.Rows;
        if (rank >= a.Columns)
        {
            return (a, b);
        }

        Tensor basis = a.Engine.Constant(Basis(a.Engine.Read(a), a.Engine.Read(b)));
        return (a.Mm(basis), b.Mm(basis));
    }

    /// <summary>
    /// Orthonormal columns, <c>[d × r]</c>, by Gram and Schmidt twice over; a row within the span of those before has a column of
    /// zeros.
    /// </summary>
    private static Matrix Basis(Matrix a, Matrix b)
    {
        int width = a.Columns;
        var found = new List<double[]>();
        for (int row = 0; row < a.Rows + b.Rows; row++)
        {
            Span<float> source = row < a.Rows ? a.Row(row) : b.Row(row - a.Rows);
            var vector = new double[width];
            for (int place = 0; place < width; place++)
            {
                vector[place] = source[place];
            }

            double length = Length(vector);
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] other in found)
                {
                    double along = vector.Zip(other, static (x, y) => x * y).Sum();
                    for (int place = 0; place < width; place++)
                    {
                        vector[place] -= along * other[place];
                    }
                }
            }

            double left = Length(vector);
            found.Add(left > Vanished * length ? Array.ConvertAll(vector, value => value / left) : new double[width]);
        }

        var basis = new Matrix(width, found.Count);
        for (int column = 0; column < found.Count; column++)
        {
            for (int place = 0; place < width; place++)
            {
                basis[place, column] = (float)found[column][place];
            }
        }

        return basis;
    }

    private static double Length(double[] vector) => Math.Sqrt(vector.Sum(static value => value * value));
}
