using System.Buffers;
using System.Numerics;

namespace CranePipeline.Storage;

/// <summary>Numbers the different ones of integers that lie close together, by tables over their range instead of hashing.</summary>
internal static class NarrowRange
{
    /// <summary>So many values are looked at before it is asked whether there are too many different ones.</summary>
    private const int Stretch = 4096;

    /// <summary>How many are different, or null where more than <paramref name="most"/> are.</summary>
    /// <param name="values">The integers.</param>
    /// <param name="least">The least of them.</param>
    /// <param name="range">By how much the greatest is above it.</param>
    /// <param name="most">The most that may be different.</param>
    public static int? CountDifferent<T>(ReadOnlySpan<T> values, T least, int range, int most)
        where T : unmanaged, INumber<T>
    {
        var words = (range >> 6) + 1;
        var seen = ArrayPool<ulong>.Shared.Rent(words);
        var bits = seen.AsSpan(0, words);
        bits.Clear();
        var count = 0;
        while (!values.IsEmpty && count <= most)
        {
            var part = values[..Math.Min(Stretch, values.Length)];
            foreach (var value in part)
            {
                var place = int.CreateTruncating(value - least);
                ref var word = ref bits[place >> 6];
                var before = word;
                // A shift takes the lowest six bits alone.
                count += (int)(~(before >> place) & 1);
                word = before | (1UL << place);
            }
            values = values[part.Length..];
        }
        ArrayPool<ulong>.Shared.Return(seen);
        return count <= most ? count : null;
    }

    /// <summary>Gives each different value a number in order of first occurrence, and appends it to <paramref name="plain"/>.</summary>
    public static void Number<T>(ReadOnlySpan<T> values, T least, int range, Span<int> numbers, ByteBuffer plain)
        where T : unmanaged, INumber<T>
    {
        var table = ArrayPool<int>.Shared.Rent(range + 1);
        var found = table.AsSpan(0, range + 1);
        found.Clear();
        var count = 0;
        numbers = numbers[..values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            // Zero stands for a value that was not seen yet.
            ref var number = ref found[int.CreateTruncating(values[i] - least)];
            if (number == 0)
            {
                number = ++count;
                plain.Values(values.Slice(i, 1));
            }
            numbers[i] = number - 1;
        }
        ArrayPool<int>.Shared.Return(table);
    }
}
