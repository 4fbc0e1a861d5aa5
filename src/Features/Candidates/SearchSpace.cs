using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// The items that can be searched: those with a vector of their own that is not zero. A place is an item's rank among them, so ties broken by place
/// are ties broken by item number.
/// </summary>
internal sealed class SearchSpace
{
    private const double UnitTolerance = 1e-6;

    private readonly Matrix values;
    private readonly double[] norms;

    internal SearchSpace(Matrix values, bool[] present)
    {
        this.values = values;
        norms = RowOperations.Norms(values);
        var items = new List<int>(values.Rows);
        for (int item = 0; item < values.Rows; item++)
        {
            if (!present[item])
            {
                Missing++;
            }
            else if (norms[item] == 0)
            {
                ZeroVectors++;
            }
            else
            {
                items.Add(item);
            }
        }

        ItemOf = [.. items];
    }

    /// <summary>The item at each place, ascending.</summary>
    internal int[] ItemOf { get; }

    internal int Missing { get; }

    internal int ZeroVectors { get; }

    internal int Count => ItemOf.Length;

    internal int Width => values.Columns;

    /// <summary>Unit vectors of consecutive places, as many as the target has rows.</summary>
    internal void WriteUnit(int first, Matrix target) =>
        RowOperations.ForRows(
            target,
            (row, unit) =>
            {
                int item = ItemOf[first + row];
                ReadOnlySpan<float> source = values.Row(item);
                double scale = 1.0 / norms[item];
                for (int column = 0; column < unit.Length; column++)
                {
                    unit[column] = (float)(source[column] * scale);
                }
            }
        );

    /// <summary>Unit vectors of all places; standardised tables without gaps are not copied.</summary>
    internal Matrix Unit()
    {
        if (Count == values.Rows && norms.All(norm => Math.Abs(norm - 1) < UnitTolerance))
        {
            return values;
        }

        var unit = new Matrix(Count, Width);
        WriteUnit(0, unit);
        return unit;
    }

    /// <summary>A list with nothing in it yet.</summary>
    internal CandidateList EmptyList(string modality, int count, string method)
    {
        var items = new int[checked(values.Rows * count)];
        var similarities = new float[items.Length];
        Array.Fill(items, -1);
        Array.Fill(similarities, float.NaN);
        return new CandidateList(modality, values.Rows, count, items, similarities)
        {
            Method = method,
            Missing = Missing,
            ZeroVectors = ZeroVectors,
            Isolated = Count > 1 ? values.Rows - Count : values.Rows,
        };
    }
}
