namespace CranePipeline.Ingest.Internals;

/// <summary>Puts numbers into buckets of which each lies wholly before the next, so that threads can sort them side by side.</summary>
internal static class PrefixBuckets
{
    private const int Buckets = 64;
    private const int Samples = 64 * Buckets;

    /// <summary>Sorts numbers, and what goes with them, by bucket; equal numbers fall into one.</summary>
    /// <param name="keys">The numbers; replaced.</param>
    /// <param name="values">One a number; replaced.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <returns>Where each bucket begins, and behind them the number of numbers.</returns>
    public static int[] Sort(ref ulong[] keys, ref int[] values, int threads)
    {
        if (keys.Length < Samples)
        {
            return [0, keys.Length];
        }

        ulong[] splitters = Splitters(keys);
        (ulong[] before, int[] numbers) = (keys, values);
        byte[] buckets = GC.AllocateUninitializedArray<byte>(keys.Length);
        int[][] counts = new int[threads][];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads };
        Parallel.For(
            0,
            threads,
            parallel,
            share =>
            {
                int[] own = counts[share] = new int[Buckets];
                (int low, int high) = Partition.Evenly(before.Length, share, threads);
                for (int index = low; index < high; index++)
                {
                    int bucket = BucketOf(splitters, before[index]);
                    buckets[index] = (byte)bucket;
                    own[bucket]++;
                }
            }
        );

        // Within a bucket the shares follow one another, so that the outcome is the same for any number of them.
        int[] bounds = new int[Buckets + 1];
        int sum = 0;
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            bounds[bucket] = sum;
            foreach (int[] own in counts)
            {
                (own[bucket], sum) = (sum, sum + own[bucket]);
            }
        }

        bounds[Buckets] = sum;
        ulong[] sortedKeys = GC.AllocateUninitializedArray<ulong>(keys.Length);
        int[] sortedValues = GC.AllocateUninitializedArray<int>(keys.Length);
        Parallel.For(
            0,
            threads,
            parallel,
            share =>
            {
                int[] next = counts[share];
                (int low, int high) = Partition.Evenly(before.Length, share, threads);
                for (int index = low; index < high; index++)
                {
                    int at = next[buckets[index]]++;
                    sortedKeys[at] = before[index];
                    sortedValues[at] = numbers[index];
                }
            }
        );
        (keys, values) = (sortedKeys, sortedValues);
        return bounds;
    }

    private static ulong[] Splitters(ulong[] keys)
    {
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

        return splitters;
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
