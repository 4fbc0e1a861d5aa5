using System.Numerics;

namespace CranePipeline.Storage;

/// <summary>Looks at the order of many numbers.</summary>
internal static class SortedRuns
{
    /// <summary>Whether no value is below the one before it, and, where that is so, how many times a new value begins.</summary>
    public static bool Count<T>(ReadOnlySpan<T> values, out int runs)
        where T : unmanaged, INumber<T>
    {
        runs = values.IsEmpty ? 0 : 1;
        var at = 0;
        for (; at + Vector<T>.Count < values.Length; at += Vector<T>.Count)
        {
            var left = new Vector<T>(values[at..]);
            var right = new Vector<T>(values[(at + 1)..]);
            if (Vector.GreaterThanAny(left, right))
            {
                return false;
            }
            // Lanes that are equal are all ones, which is minus one.
            runs += Vector<T>.Count + int.CreateTruncating(Vector.Sum(Vector.Equals(left, right)));
        }
        for (; at + 1 < values.Length; at++)
        {
            if (values[at] > values[at + 1])
            {
                return false;
            }
            runs += values[at] == values[at + 1] ? 0 : 1;
        }
        return true;
    }

    /// <summary>Where every run of equal values begins; as many as there are runs.</summary>
    public static void Starts<T>(ReadOnlySpan<T> values, Span<int> starts)
        where T : unmanaged, INumber<T>
    {
        if (starts.IsEmpty)
        {
            return;
        }
        starts[0] = 0;
        // How long the next run is cannot be foretold, so nothing branches on it: every place is written, over the last one if that was none.
        var run = 1;
        for (var at = 1; run < starts.Length; at++)
        {
            starts[run] = at;
            run += values[at] == values[at - 1] ? 0 : 1;
        }
    }
}
