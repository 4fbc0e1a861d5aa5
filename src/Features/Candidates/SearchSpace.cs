using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// The items that can be searched: those with a vector of their own that is not zero. A place is an item's rank among them, so ties
/// broken by place are ties broken by item number.
/// </summary>
internal sealed class SearchSpace
{
    private const double UnitTolerance = 1e-6;

    private readonly Matrix values;
    private readonly double[] norms;
    private readonly bool isUnit;

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
        isUnit = ItemOf.All(item => Math.Abs(norms[item] - 1) < UnitTolerance);
    }

    /// <summary>The item at each place, ascending.</summary>
    internal int[] ItemOf { get; }

    internal int Missing { get; }

    internal int ZeroVectors { get; }

    internal int Count => ItemOf.Length;

    internal int Width => values.Columns;

    /// <summary>Unit vectors of consecutive places, as many as the target has rows.</summary>
    internal void WriteUnit(int first, Matrix target) =>
        RowOperations.ForRows(target, (row, unit) => WriteScaled(ItemOf[first + row], unit));

    /// <summary>A place's unit vector; those of a table whose rows all have unit length are taken as they are.</summary>
    internal void WriteUnit(int place, Span<float> target)
    {
        int item = ItemOf[place];
        if (isUnit)
        {
            values.Row(item).CopyTo(target);
        }
        else
        {
            WriteScaled(item, target);
        }
    }

    /// <summary>
    /// Unit vectors of some places, <c>[places × width]</c>, written where the engine keeps them: the host holds no second copy.
    /// </summary>
    internal Tensor Unit(IEngine engine, ReadOnlyMemory<int> places) =>
        engine.Constant(places.Length, Width, (row, target) => WriteUnit(places.Span[row], target));

    /// <summary>Consecutive places.</summary>
    internal static int[] Places(int first, int count) => [.. Enumerable.Range(first, count)];

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

    private void WriteScaled(int item, Span<float> target)
    {
        ReadOnlySpan<float> source = values.Row(item);
        double scale = 1.0 / norms[item];
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(source);
        Span<Vector256<float>> scaled = MemoryMarshal.Cast<float, Vector256<float>>(target);
        for (int vector = 0; vector < vectors.Length; vector++)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(vectors[vector]);
            scaled[vector] = Vector256.Narrow(low * scale, high * scale);
        }

        for (int column = vectors.Length * Vector256<float>.Count; column < target.Length; column++)
        {
            target[column] = (float)(source[column] * scale);
        }
    }
}
