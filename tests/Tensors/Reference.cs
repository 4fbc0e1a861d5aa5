namespace CranePipeline.Tensors.Tests;

/// <summary>The engine's formulas in double precision, written down as plainly as they can be.</summary>
internal static class Reference
{
    public static double[,] New(int rows, int columns, Func<int, int, double> element)
    {
        var result = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                result[i, j] = element(i, j);
            }
        }

        return result;
    }

    public static int Rows(this double[,] a) => a.GetLength(0);

    public static int Columns(this double[,] a) => a.GetLength(1);

    public static double[,] Map(double[,] a, Func<double, double> f) => New(a.Rows(), a.Columns(), (i, j) => f(a[i, j]));

    public static double[,] Transpose(double[,] a) => New(a.Columns(), a.Rows(), (i, j) => a[j, i]);

    public static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += term(i);
        }

        return sum;
    }

    public static double[,] Product(double[,] a, double[,] b) =>
        New(a.Rows(), b.Columns(), (i, j) => Sum(a.Columns(), p => a[i, p] * b[p, j]));

    public static double[,] Scalar(double value) =>
        new[,]
        {
            { value },
        };

    public static double SumAll(double[,] a) => a.Cast<double>().Sum();

    public static double Dot(double[,] a, int i, double[,] b, int j) => Sum(a.Columns(), p => a[i, p] * b[j, p]);

    public static double[,] NormalizeRows(double[,] a)
    {
        double[] norms = [.. Enumerable.Range(0, a.Rows()).Select(i => Math.Sqrt(Dot(a, i, a, i)))];
        return New(a.Rows(), a.Columns(), (i, j) => norms[i] < 1e-12 ? a[i, j] : a[i, j] / norms[i]);
    }

    public static double[,] ClippedRowShares(double[,] a)
    {
        double[] sums = [.. Enumerable.Range(0, a.Rows()).Select(i => Sum(a.Columns(), j => Math.Max(a[i, j], 0)))];
        return New(a.Rows(), a.Columns(), (i, j) => sums[i] > 0 ? Math.Max(a[i, j], 0) / sums[i] : 0);
    }

    public static double[,] Softmax(double[,] a)
    {
        double[,] exp = Map(a, Math.Exp);
        double[] sums = [.. Enumerable.Range(0, a.Rows()).Select(i => Sum(a.Columns(), j => exp[i, j]))];
        return New(a.Rows(), a.Columns(), (i, j) => exp[i, j] / sums[i]);
    }

    public static double[,] Bpr(double[,] users, double[,] positives, double[,] negatives) =>
        Scalar(
            Sum(users.Rows(), i => -Math.Log(1 / (1 + Math.Exp(Dot(users, i, negatives, i) - Dot(users, i, positives, i)))))
                / users.Rows()
        );

    public static double[,] InfoNce(double[,] a, double[,] b, double temperature, int[]? positives = null)
    {
        double[,] similarity = Map(Product(NormalizeRows(a), Transpose(NormalizeRows(b))), x => x / temperature);
        double[,] share = Softmax(similarity);
        return Scalar(Sum(a.Rows(), i => -Math.Log(share[i, positives?[i] ?? i])) / a.Rows());
    }

    public static double[,] Attention(double[,] queries, double[,] keys, double[,] values, AttentionActivation activation)
    {
        double[,] scores = Map(Product(queries, Transpose(keys)), x => x / Math.Sqrt(queries.Columns()));
        double[,] weights =
            activation == AttentionActivation.Softmax ? Softmax(scores) : Map(scores, x => Math.Tanh(x) / keys.Rows());
        return Product(weights, values);
    }

    public static double[,] Dense(CsrMatrix s)
    {
        var result = new double[s.Rows, s.Columns];
        for (int i = 0; i < s.Rows; i++)
        {
            for (int e = s.RowOffsets[i]; e < s.RowOffsets[i + 1]; e++)
            {
                result[i, s.ColumnIndices[e]] = s.Values[e];
            }
        }

        return result;
    }

    public static double[,] SparseMaximum(CsrMatrix s, double[,] a) =>
        New(
            s.Rows,
            a.Columns(),
            (i, j) =>
            {
                double largest = s.RowColumns(i).IsEmpty ? 0 : double.NegativeInfinity;
                foreach (int column in s.RowColumns(i))
                {
                    largest = Math.Max(largest, a[column, j]);
                }

                return largest;
            }
        );

    public static double[,] SparseSoftmaxSum(CsrMatrix s, double[,] scores, double[,] a) =>
        New(
            s.Rows,
            a.Columns(),
            (i, j) =>
            {
                (double sum, double total) = (0, 0);
                foreach (int column in s.RowColumns(i))
                {
                    total += Math.Exp(scores[column, 0]);
                    sum += Math.Exp(scores[column, 0]) * a[column, j];
                }

                return total > 0 ? sum / total : 0;
            }
        );
}
