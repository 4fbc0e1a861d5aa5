namespace CranePipeline.Ingest.Splits;

/// <summary>
/// Cuts interactions at two ranks of their order by hash without sorting them: the keys are counted by their leading bits, and only the two
/// buckets in which the cuts fall are put in order.
/// </summary>
internal static class RankCut
{
    private const int Shift = 32 - HashOrder.BucketBits;
    private const int Piece = 1 << 16;

    /// <summary>Marks each entry by whether its rank is below the first cut, below the second, or not.</summary>
    public static void Mark(
        HashOrder order,
        int firstCut,
        int secondCut,
        SplitPart[] parts,
        int threads,
        CancellationToken cancellation
    )
    {
        (int firstBucket, int firstBefore) = Locate(order.Counts, firstCut);
        (int secondBucket, int secondBefore) = Locate(order.Counts, secondCut);
        List<int> firstMembers = [];
        List<int> secondMembers = [];
        Lock gate = new();
        Parallel.For(
            0,
            (parts.Length + Piece - 1) / Piece,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            piece => MarkPiece(piece * Piece, Math.Min(parts.Length, (piece + 1) * Piece))
        );
        Settle(firstMembers, firstBefore);
        Settle(secondMembers, secondBefore);

        void MarkPiece(int low, int high)
        {
            ReadOnlySpan<uint> keys = order.Keys[low..high];
            Span<SplitPart> marks = parts.AsSpan(low, high - low);
            for (int index = 0; index < keys.Length; index++)
            {
                int bucket = (int)(keys[index] >> Shift);
                marks[index] = (SplitPart)((bucket >= firstBucket ? 1 : 0) + (bucket >= secondBucket ? 1 : 0));
                if (bucket == firstBucket || bucket == secondBucket)
                {
                    lock (gate)
                    {
                        (bucket == firstBucket ? firstMembers : secondMembers).Add(low + index);
                    }
                }
            }
        }

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
