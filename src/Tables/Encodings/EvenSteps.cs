using System.Numerics;

namespace CranePipeline.Tables;

/// <summary>
/// Numbers that are a few whole steps apart: ids in a narrow range, times by the day, and, by their bits, ratings from one to five. How many
/// steps each lies above the least is found by a multiplication, and tells it from the others without hashing.
/// </summary>
internal readonly struct EvenSteps
{
    private const int Sample = 256;
    private readonly ulong least;
    private readonly ulong inverse;
    private readonly int shift;

    private EvenSteps(ulong least, ulong step, ulong count)
    {
        this.least = least;
        shift = BitOperations.TrailingZeroCount(step);
        inverse = Inverse(step >> shift);
        Last = (int)count;
    }

    /// <summary>How many steps the greatest lies above the least.</summary>
    public int Last { get; }

    /// <summary>Looks whether numbers lie so, and fewer than <paramref name="most"/> steps apart. That the step suits all is not yet sure.</summary>
    /// <param name="values">The numbers; one at least.</param>
    /// <param name="most">How many places there may be.</param>
    /// <param name="steps">What was found.</param>
    /// <param name="extremes">The least and the greatest number, where they had to be looked for.</param>
    /// <typeparam name="T">int or long.</typeparam>
    public static bool TryFind<T>(ReadOnlySpan<T> values, int most, out EvenSteps steps, out (T Least, T Greatest)? extremes)
        where T : unmanaged, IBinaryInteger<T>
    {
        steps = default;
        extremes = null;
        var (least, greatest) = (values[0], values[0]);
        ulong step = 0;
        foreach (var value in values[..Math.Min(Sample, values.Length)])
        {
            least = T.Min(least, value);
            greatest = T.Max(greatest, value);
            step = Divisor(value > values[0] ? Above(value, values[0]) : Above(values[0], value), step);
        }
        step = Math.Max(1, step);
        // Numbers that do not suit show it here, before all of them are looked at.
        if (Above(greatest, least) / step >= (ulong)most)
        {
            return false;
        }
        Extremes.Find(values, out least, out greatest);
        extremes = (least, greatest);
        var count = Above(greatest, least) / step;
        if (count >= (ulong)most)
        {
            return false;
        }
        steps = new EvenSteps(ulong.CreateTruncating(least), step, count);
        return true;
    }

    /// <summary>
    /// How many steps a number lies above the least; above <see cref="Last"/>, if it is no whole number of them. A multiple of an odd number
    /// times that number's inverse modulo 2⁶⁴ is the quotient, any other number's product is larger than every quotient can be; the powers of
    /// two in the step are bits that must be zero and otherwise come out at the top (Granlund and Montgomery 1994, exact division).
    /// </summary>
    public ulong PlaceOf<T>(T value)
        where T : unmanaged, IBinaryInteger<T> =>
        BitOperations.RotateRight((ulong.CreateTruncating(value) - least) * inverse, shift);

    private static ulong Above<T>(T value, T other)
        where T : unmanaged, IBinaryInteger<T> => ulong.CreateTruncating(value) - ulong.CreateTruncating(other);

    private static ulong Divisor(ulong left, ulong right)
    {
        while (right != 0)
        {
            (left, right) = (right, left % right);
        }
        return left;
    }

    /// <summary>An odd number's inverse modulo 2⁶⁴: the number itself is right in three bits, and each step of Newton's doubles them.</summary>
    private static ulong Inverse(ulong odd)
    {
        var inverse = odd;
        for (var bits = 3; bits < 64; bits *= 2)
        {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }
}
