using CranePipeline.Tables;

namespace CranePipeline.Ingest.Internals;

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
    /// <param name="has">Which columns there are.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static Interactions Lay(
        InteractionMatrix pairs,
        int[] degrees,
        int[] users,
        KeptItems items,
        (bool Ratings, bool Timestamps, bool Labels) has,
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
        Builder<float> ratings = new(has.Ratings ? count : 0);
        Builder<long> timestamps = new(has.Timestamps ? count : 0);
        Builder<byte> labels = new(has.Labels ? count : 0);
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
                        if (items.TryGetId(entry.Item, out int item))
                        {
                            userColumn[at] = rank;
                            itemColumn[at] = item;
                            ratings.Set(at, entry.Rating);
                            timestamps.Set(at, entry.Timestamp);
                            labels.Set(at, entry.Label);
                            at++;
                        }
                    }
                }
            }
        );
        return new Interactions
        {
            Users = userColumn,
            Items = itemColumn,
            Ratings = ratings.Column,
            Timestamps = timestamps.Column,
            Labels = labels.Column,
        };
    }

    /// <summary>A column that is made row by row by any threads; without rows none.</summary>
    private sealed class Builder<T>(int rows)
        where T : struct
    {
        private readonly T[] values = GC.AllocateUninitializedArray<T>(rows);
        private bool[]? missing;

        public OptionalColumn<T>? Column
        {
            get
            {
                if (missing is null)
                {
                    return rows == 0 ? null : new OptionalColumn<T>(values, null);
                }

                bool[] present = Array.ConvertAll(missing, isMissing => !isMissing);
                return Array.Exists(present, isPresent => isPresent) ? new OptionalColumn<T>(values, present) : null;
            }
        }

        public void Set(int row, T? value)
        {
            if (rows == 0)
            {
                return;
            }

            values[row] = value.GetValueOrDefault();
            if (value is null)
            {
                LazyInitializer.EnsureInitialized(ref missing, () => new bool[rows])[row] = true;
            }
        }
    }
}
