namespace CranePipeline.Ingest.Splits;

/// <summary>
/// Cuts a list at two ranks of its order without sorting it: the keys' top 16 bits are counted, and only the two buckets in
/// which the cuts fall are put in order.
/// </summary>
internal static class RankCut
{
    private const int Shift = 48;

    /// <summary>Marks each entry 0, 1 or 2 by whether its rank is below the first cut, below the second, or not.</summary>
    public static void Mark(ReadOnlySpan<ulong> keys, IComparer<int> order, int firstCut, int secondCut, SplitPart[] parts)
    {
        int[] counts = new int[1 << 16];
        foreach (ulong key in keys)
        {
            counts[key >> Shift]++;
        }

        (int firstBucket, int firstBefore) = Locate(counts, firstCut);
        (int secondBucket, int secondBefore) = Locate(counts, secondCut);
        List<int> firstMembers = [];
        List<int> secondMembers = [];
        for (int index = 0; index < keys.Length; index++)
        {
            int bucket = (int)(keys[index] >> Shift);
            parts[index] =
                bucket < firstBucket ? SplitPart.Train
                : bucket < secondBucket ? SplitPart.Valid
                : SplitPart.Test;
            if (bucket == firstBucket)
            {
                firstMembers.Add(index);
            }

            if (bucket == secondBucket)
            {
                secondMembers.Add(index);
            }
        }

        Settle(firstMembers, firstBefore);
        Settle(secondMembers, secondBefore);

        void Settle(List<int> members, int before)
        {
            members.Sort(order);
            for (int place = 0; place < members.Count; place++)
            {
                int rank = before + place;
                parts[members[place]] =
                    rank < firstCut ? SplitPart.Train
                    : rank < secondCut ? SplitPart.Valid
                    : SplitPart.Test;
            }
        }
    }

    /// <summary>The bucket that holds the entry of a rank, and how many entries come before the bucket.</summary>
    private static (int Bucket, int Before) Locate(int[] counts, int rank)
    {
        int before = 0;
        for (int bucket = 0; bucket < counts.Length; bucket++)
        {
            if (rank < before + counts[bucket])
            {
                return (bucket, before);
            }

            before += counts[bucket];
        }

        return (counts.Length, before);
    }
}
