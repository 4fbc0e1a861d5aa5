using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Passes over the rows of a table. Sums run in double precision over chunks of fixed size that are joined in order, so the results
/// depend neither on the number of threads nor on the width of the processor's registers.
/// </summary>
internal static class RowOperations
{
    private const int ChunkRows = 256;

    /// <summary>Mean of the present rows.</summary>
    internal static double[] Mean(Matrix values, bool[] present)
    {
        double[] sum = SumChunks(values, present, static (row, sums, _) => AddTo(row, sums), null);
        int count = present.Count(isPresent => isPresent);
        for (int column = 0; column < sum.Length; column++)
        {
            sum[column] /= Math.Max(1, count);
        }

        return sum;
    }

    /// <summary>Variance of each column over the present rows.</summary>
    internal static double[] Variance(Matrix values, bool[] present, double[] mean)
    {
        double[] sum = SumChunks(values, present, static (row, sums, means) => AddSquaresTo(row, means!, sums), mean);
        int count = present.Count(isPresent => isPresent);
        for (int column = 0; column < sum.Length; column++)
        {
            sum[column] /= Math.Max(1, count);
        }

        return sum;
    }

    /// <summary>Euclidean norm of each row.</summary>
    internal static double[] Norms(Matrix values)
    {
        var norms = new double[values.Rows];
        ForRows(values, (row, span) => norms[row] = Math.Sqrt(SumOfSquares(span)));
        return norms;
    }

    /// <summary>Whether each row holds only finite numbers.</summary>
    internal static bool[] Finite(Matrix values)
    {
        var finite = new bool[values.Rows];
        ForRows(
            values,
            (row, span) =>
            {
                bool all = true;
                foreach (float value in span)
                {
                    all &= float.IsFinite(value);
                }

                finite[row] = all;
            }
        );
        return finite;
    }

    /// <summary>Takes a vector off every present row and makes the others zero.</summary>
    internal static void Center(Matrix values, bool[] present, double[] mean) =>
        ForRows(
            values,
            (row, span) =>
            {
                if (!present[row])
                {
                    span.Clear();
                    return;
                }

                for (int column = 0; column < span.Length; column++)
                {
                    span[column] = (float)(span[column] - mean[column]);
                }
            }
        );

    /// <summary>Gives the rows that are not present a vector.</summary>
    internal static void Fill(Matrix values, bool[] present, double[] vector) =>
        ForRows(
            values,
            (row, span) =>
            {
                if (present[row])
                {
                    return;
                }

                for (int column = 0; column < span.Length; column++)
                {
                    span[column] = (float)vector[column];
                }
            }
        );

    /// <summary>Divides every row by its norm; rows no longer than <paramref name="negligible"/> become zero.</summary>
    internal static void Normalize(Matrix values, double negligible = 0) =>
        ForRows(
            values,
            (_, span) =>
            {
                double squares = SumOfSquares(span);
                if (squares <= negligible * negligible)
                {
                    span.Clear();
                    return;
                }

                double scale = 1.0 / Math.Sqrt(squares);
                foreach (ref float value in span)
                {
                    value = (float)(value * scale);
                }
            }
        );

    /// <summary>How many present rows equal another one bit for bit, and the most that share one vector.</summary>
    internal static (int Rows, int LargestGroup) Duplicates(Matrix values, bool[] present)
    {
        var hashes = new UInt128[values.Rows];
        ForRows(values, (row, span) => hashes[row] = Fingerprint(span));
        var groups = new Dictionary<UInt128, int>(values.Rows);
        for (int row = 0; row < values.Rows; row++)
        {
            if (present[row])
            {
                CollectionsMarshal.GetValueRefOrAddDefault(groups, hashes[row], out _)++;
            }
        }

        int rows = 0;
        int largest = 0;
        foreach (int size in groups.Values)
        {
            rows += size > 1 ? size : 0;
            largest = Math.Max(largest, size);
        }

        return (rows, largest);
    }

    internal static void ForRows(Matrix values, RowWriter action) =>
        Parallel.For(
            0,
            (values.Rows + ChunkRows - 1) / ChunkRows,
            chunk =>
            {
                int end = Math.Min(values.Rows, (chunk + 1) * ChunkRows);
                for (int row = chunk * ChunkRows; row < end; row++)
                {
                    action(row, values.Row(row));
                }
            }
        );

    private delegate void RowSum(ReadOnlySpan<float> row, Span<double> sums, double[]? offset);

    private static double[] SumChunks(Matrix values, bool[] present, RowSum add, double[]? offset)
    {
        int chunks = (values.Rows + ChunkRows - 1) / ChunkRows;
        var partial = new double[chunks][];
        Parallel.For(
            0,
            chunks,
            chunk =>
            {
                var sums = new double[values.Columns];
                int end = Math.Min(values.Rows, (chunk + 1) * ChunkRows);
                for (int row = chunk * ChunkRows; row < end; row++)
                {
                    if (present[row])
                    {
                        add(values.Row(row), sums, offset);
                    }
                }

                partial[chunk] = sums;
            }
        );
        var total = new double[values.Columns];
        foreach (double[] sums in partial)
        {
            for (int column = 0; column < total.Length; column++)
            {
                total[column] += sums[column];
            }
        }

        return total;
    }

    private static void AddTo(ReadOnlySpan<float> row, Span<double> sums)
    {
        for (int column = 0; column < row.Length; column++)
        {
            sums[column] += row[column];
        }
    }

    private static void AddSquaresTo(ReadOnlySpan<float> row, ReadOnlySpan<double> mean, Span<double> sums)
    {
        for (int column = 0; column < row.Length; column++)
        {
            double difference = row[column] - mean[column];
            sums[column] += difference * difference;
        }
    }

    // Eight lanes whatever the processor has: Vector512 runs as two or four narrower vectors where it must.
    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        Vector512<double> sum = Vector512<double>.Zero;
        foreach (ref readonly Vector256<float> vector in vectors)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(vector);
            Vector512<double> wide = Vector512.Create(low, high);
            sum += wide * wide;
        }

        double total = 0;
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            total += sum[lane];
        }

        foreach (float value in values[(vectors.Length * Vector256<float>.Count)..])
        {
            total += (double)value * value;
        }

        return total;
    }

    private static UInt128 Fingerprint(ReadOnlySpan<float> row)
    {
        ulong first = 0xCBF29CE484222325;
        ulong second = (ulong)row.Length;
        foreach (uint word in MemoryMarshal.Cast<float, uint>(row))
        {
            first = (first ^ word) * 0x9E3779B97F4A7C15;
            first ^= first >> 32;
            second = ((second << 23) | (second >> 41)) ^ (word * 0xC4CEB9FE1A85EC53);
        }

        return new UInt128(first, second);
    }
}
