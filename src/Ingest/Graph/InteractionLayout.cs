using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Graph;

/// <summary>Lays the kept pairs out by user id and item id.</summary>
internal static class InteractionLayout
{
    // Users come in the order of their ids, their pairs lie in that of their arrival.
    private const int Ahead = 12;

    public static (int[] Users, int[] Items, float[]? Ratings, long[]? Timestamps, byte[]? Labels) Lay(
        PairTable pairs,
        int[] degrees,
        IdOrder users,
        IdOrder items,
        bool withRatings,
        bool withTimestamps,
        bool withLabels,
        int threads,
        CancellationToken cancellation
    )
    {
        int[] starts = new int[users.Kept.Length + 1];
        for (int rank = 0; rank < users.Kept.Length; rank++)
        {
            starts[rank + 1] = starts[rank] + degrees[users.Kept[rank]];
        }

        int count = starts[^1];
        int[] userColumn = GC.AllocateUninitializedArray<int>(count);
        int[] itemColumn = GC.AllocateUninitializedArray<int>(count);
        float[]? ratings = withRatings ? GC.AllocateUninitializedArray<float>(count) : null;
        long[]? timestamps = withTimestamps ? GC.AllocateUninitializedArray<long>(count) : null;
        byte[]? labels = withLabels ? new byte[count] : null;
        int[] bounds = Partition.ByWeight(starts, threads);
        Parallel.For(
            0,
            bounds.Length - 1,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            part =>
            {
                ulong[] keys = new ulong[64];
                for (int rank = bounds[part]; rank < bounds[part + 1]; rank++)
                {
                    if (rank + Ahead < users.Kept.Length)
                    {
                        pairs.Prefetch(users.Kept[rank + Ahead]);
                    }

                    int user = users.Kept[rank];
                    ReadOnlySpan<Entry> own = pairs[user];
                    keys = keys.Length < own.Length ? new ulong[own.Length * 2] : keys;
                    int size = 0;
                    for (int index = 0; index < own.Length; index++)
                    {
                        int item = items.Ranks[own[index].Item];
                        if (item >= 0)
                        {
                            keys[size++] = ((ulong)(uint)item << 32) | (uint)index;
                        }
                    }

                    keys.AsSpan(0, size).Sort();
                    int at = starts[rank];
                    for (int index = 0; index < size; index++, at++)
                    {
                        ref readonly Entry entry = ref own[(int)keys[index]];
                        userColumn[at] = rank;
                        itemColumn[at] = (int)(keys[index] >> 32);
                        if (ratings is not null)
                        {
                            ratings[at] = entry.Rating;
                        }

                        if (timestamps is not null)
                        {
                            timestamps[at] = entry.Timestamp;
                        }

                        if (labels is not null)
                        {
                            labels[at] = entry.Label;
                        }
                    }
                }
            }
        );
        return (userColumn, itemColumn, ratings, timestamps, labels);
    }
}
