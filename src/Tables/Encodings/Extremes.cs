using System.Numerics;
using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>Least and greatest of many numbers.</summary>
internal static class Extremes
{
    /// <summary>Finds both, or answers false where a value is NaN. Which zero stands for a zero is left open.</summary>
    public static bool Find<T>(ReadOnlySpan<T> values, out T least, out T greatest)
        where T : unmanaged, INumber<T>
    {
        (least, greatest) = (values[0], values[0]);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        if (vectors.Length > 0)
        {
            Vector<T> low = vectors[0],
                high = low,
                numbers = Vector<T>.AllBitsSet;
            foreach (var vector in vectors)
            {
                low = Vector.Min(low, vector);
                high = Vector.Max(high, vector);
                // Only NaN differs from itself.
                numbers &= Vector.Equals(vector, vector);
            }
            if (!Vector.EqualsAll(numbers.As<T, byte>(), Vector<byte>.AllBitsSet))
            {
                return false;
            }
            for (var lane = 0; lane < Vector<T>.Count; lane++)
            {
                least = T.Min(least, low[lane]);
                greatest = T.Max(greatest, high[lane]);
            }
        }
        foreach (var value in values[(vectors.Length * Vector<T>.Count)..])
        {
            if (T.IsNaN(value))
            {
                return false;
            }
            least = T.Min(least, value);
            greatest = T.Max(greatest, value);
        }
        return !T.IsNaN(least);
    }
}
