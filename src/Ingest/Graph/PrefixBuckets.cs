namespace CranePipeline.Ingest.Graph;

/// <summary>Puts numbers into buckets of which each lies wholly before the next, so that threads can sort them side by side.</summary>
internal static class PrefixBuckets
{
    private const int Buckets = 64;
    private const int Samples = 64 * Buckets;

    /// <summary>Sorts numbers, and what goes with them, by bucket; equal numbers fall into one.</summary>
    /// <param name="keys">The numbers; replaced.</param>
    /// <param name="values">One a number; replaced.</param>
    /// <returns>Where each bucket begins, and behind them the number of numbers.</returns>
    public static int[] Sort(ref ulong[] keys, ref int[] values)
    {
        if (keys.Length < Samples)
        {
            return [0, keys.Length];
        }

        ulong[] sample = new ulong[Samples];
        for (int index = 0; index < Samples; index++)
        {
            sample[index] = keys[(int)((long)index * keys.Length / Samples)];
        }

        Array.Sort(sample);
        ulong[] splitters = new ulong[Buckets - 1];
        for (int index = 0; index < splitters.Length; index++)
        {
            splitters[index] = sample[(index + 1) * (Samples / Buckets)];
        }

        byte[] buckets = new byte[keys.Length];
        int[] bounds = new int[Buckets + 1];
        for (int index = 0; index < keys.Length; index++)
        {
            int bucket = BucketOf(splitters, keys[index]);
            buckets[index] = (byte)bucket;
            bounds[bucket + 1]++;
        }

        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            bounds[bucket + 1] += bounds[bucket];
        }

        int[] next = bounds[..^1];
        ulong[] sortedKeys = new ulong[keys.Length];
        int[] sortedValues = new int[keys.Length];
        for (int index = 0; index < keys.Length; index++)
        {
            int at = next[buckets[index]]++;
            sortedKeys[at] = keys[index];
            sortedValues[at] = values[index];
        }

        (keys, values) = (sortedKeys, sortedValues);
        return bounds;
    }

    /// <summary>How many splitters are at or below a number, found by six halvings.</summary>
    private static int BucketOf(ulong[] splitters, ulong key)
    {
        int bucket = 0;
        for (int step = Buckets / 2; step > 0; step /= 2)
        {
            bucket += splitters[bucket + step - 1] <= key ? step : 0;
        }

        return bucket;
    }
}
