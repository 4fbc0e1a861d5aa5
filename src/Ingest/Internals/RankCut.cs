namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Cuts rows at two ranks of their order by key without sorting them: rows are counted by the upper bits of their keys, and only the rows
/// that share those with the row at a cut are sorted.
/// </summary>
internal static class RankCut
{
    private const int BucketBits = 16;
    private const int Buckets = 1 << BucketBits;

    /// <summary>Rows of a rank below the first cut train, below the second validate, and the others test.</summary>
    /// <param name="keys">A key a row; rows of equal keys are in the order of their numbers.</param>
    /// <param name="firstCut">A rank up to the number of rows.</param>
    /// <param name="secondCut">A rank no lower.</param>
    /// <param name="threads">How many threads to use.</param>
    public static SplitPart[] Mark(ReadOnlyMemory<long> keys, int firstCut, int secondCut, int threads)
    {
        int[] counts = CountBuckets(keys, threads);
        Place first = PlaceOf(keys, counts, firstCut);
        Place second = secondCut == firstCut ? first : PlaceOf(keys, counts, secondCut);
        SplitPart[] parts = GC.AllocateUninitializedArray<SplitPart>(keys.Length);
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            part =>
            {
                (int low, int high) = Partition.Evenly(keys.Length, part, threads);
                ReadOnlySpan<long> all = keys.Span;
                for (int row = low; row < high; row++)
                {
                    Place own = new(all[row], row);
                    parts[row] = (SplitPart)((own.IsBefore(first) ? 0 : 1) + (own.IsBefore(second) ? 0 : 1));
                }
            }
        );
        return parts;
    }

    // Upper bits with the sign turned over, so that buckets follow one another as signed keys do.
    private static int BucketOf(long key) => (int)((ulong)(key ^ long.MinValue) >> (64 - BucketBits));

    private static int[] CountBuckets(ReadOnlyMemory<long> keys, int threads)
    {
        int[] counts = new int[Buckets];
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            part =>
            {
                int[] own = new int[Buckets];
                (int low, int high) = Partition.Evenly(keys.Length, part, threads);
                foreach (long key in keys.Span[low..high])
                {
                    own[BucketOf(key)]++;
                }

                lock (counts)
                {
                    for (int bucket = 0; bucket < Buckets; bucket++)
                    {
                        counts[bucket] += own[bucket];
                    }
                }
            }
        );
        return counts;
    }

    /// <summary>Key and number of the row of a rank; behind all rows if there is none.</summary>
    private static Place PlaceOf(ReadOnlyMemory<long> keys, int[] counts, int rank)
    {
        if (rank == keys.Length)
        {
            return new Place(long.MaxValue, int.MaxValue);
        }

        int bucket = 0;
        for (; rank >= counts[bucket]; bucket++)
        {
            rank -= counts[bucket];
        }

        List<Place> near = new(counts[bucket]);
        ReadOnlySpan<long> all = keys.Span;
        for (int row = 0; row < all.Length; row++)
        {
            if (BucketOf(all[row]) == bucket)
            {
                near.Add(new Place(all[row], row));
            }
        }

        near.Sort(
            (left, right) =>
                left.IsBefore(right) ? -1
                : right.IsBefore(left) ? 1
                : 0
        );
        return near[rank];
    }

    private readonly record struct Place(long Key, int Row)
    {
        public bool IsBefore(Place other) => Key < other.Key || (Key == other.Key && Row < other.Row);
    }
}
