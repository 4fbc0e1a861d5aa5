using CranePipeline.Ingest.Internals;
using CranePipeline.Ingest.Rows;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Graph;

/// <summary>Lays the kept pairs out by user id and item id.</summary>
internal static class InteractionLayout
{
    // Users come in the order of their ids, their pairs lie in that of their arrival: first where they are is asked for, then the pairs.
    private const int Ahead = 12;
    private const int FarAhead = 24;

    /// <summary>Lays pairs out.</summary>
    /// <param name="pairs">Pairs by user and rank of the item.</param>
    /// <param name="degrees">How many pairs every user keeps.</param>
    /// <param name="users">The users' numbers by their ids.</param>
    /// <param name="items">The items that stay.</param>
    /// <param name="withRatings">Whether there is a rating.</param>
    /// <param name="withTimestamps">Whether there is a time.</param>
    /// <param name="withLabels">Whether there is a label.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static Interactions Lay(
        PairTable pairs,
        int[] degrees,
        int[] users,
        KeptItems items,
        bool withRatings,
        bool withTimestamps,
        bool withLabels,
        int threads,
        CancellationToken cancellation
    )
    {
        int[] starts = new int[users.Length + 1];
        for (int rank = 0; rank < users.Length; rank++)
        {
            starts[rank + 1] = starts[rank] + degrees[users[rank]];
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
                for (int rank = bounds[part]; rank < bounds[part + 1]; rank++)
                {
                    if (rank + FarAhead < users.Length)
                    {
                        pairs.PrefetchStart(users[rank + FarAhead]);
                        pairs.Prefetch(users[rank + Ahead]);
                    }

                    int at = starts[rank];
                    foreach (ref readonly Entry entry in pairs[users[rank]])
                    {
                        if (!items.TryGetId(entry.Item, out int item))
                        {
                            continue;
                        }

                        userColumn[at] = rank;
                        itemColumn[at] = item;
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

                        at++;
                    }
                }
            }
        );
        return new Interactions
        {
            Users = userColumn,
            Items = itemColumn,
            Ratings = Optional(ratings, float.IsNaN),
            Timestamps = Optional(timestamps, time => time == Row.NoTimestamp),
            Labels = Optional(labels, label => label == Row.NoLabel),
        };
    }

    /// <summary>The machinery marks what is missing by a value; here that ends.</summary>
    private static OptionalColumn<T>? Optional<T>(T[]? values, Predicate<T> isMissing)
        where T : struct
    {
        if (values is null || !Array.Exists(values, isMissing))
        {
            return values is null ? null : new OptionalColumn<T>(values, null);
        }

        bool[] present = new bool[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            present[row] = !isMissing(values[row]);
            values[row] = present[row] ? values[row] : default;
        }

        return Array.Exists(present, has => has) ? new OptionalColumn<T>(values, present) : null;
    }
}
