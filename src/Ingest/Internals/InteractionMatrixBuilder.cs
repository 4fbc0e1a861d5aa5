using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// Builds a <see cref="InteractionMatrix"/> part by part: a part's rows are grouped in memory that stays in the caches, their blocks
/// are given back, and what is left of them is written into blocks that are free.
/// </summary>
internal sealed unsafe class InteractionMatrixBuilder
{
    // Items' degrees lie anywhere; asked for this many rows ahead, they are there when their turn comes.
    private const int Ahead = 32;
    private readonly InteractionMatrix table;
    private readonly BlockPool pool;
    private readonly IReadOnlyList<RowStore> stores;
    private readonly ItemOrder items;
    private readonly int minPairs;
    private readonly bool countAll;

    private InteractionMatrixBuilder(
        InteractionMatrix table,
        BlockPool pool,
        IReadOnlyList<RowStore> stores,
        ItemOrder items,
        int minPairs,
        bool countAll
    )
    {
        (this.table, this.pool, this.stores, this.items) = (table, pool, stores, items);
        (this.minPairs, this.countAll) = (Math.Max(1, minPairs), countAll);
    }

    private static int BlockPairs => BlockPool.BlockBytes / sizeof(Entry);

    /// <summary>Groups rows by user and lets the earliest stand for each pair.</summary>
    /// <param name="stores">The rows; they are freed on the way.</param>
    /// <param name="pool">Where rows and pairs lie; the matrix is void when it is.</param>
    /// <param name="longUsers">Has the user ids that do not fit their keys.</param>
    /// <param name="items">The items' order.</param>
    /// <param name="minPairs">Users with fewer distinct pairs are left out.</param>
    /// <param name="countAll">Whether the items' degrees count the pairs of those users as well.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static InteractionMatrix Build(
        IReadOnlyList<RowStore> stores,
        BlockPool pool,
        IdTable longUsers,
        ItemOrder items,
        int minPairs,
        bool countAll,
        int threads,
        CancellationToken cancellation
    )
    {
        long rows = stores.Sum(store => store.Count);
        InteractionMatrix table = new((int)(rows / Math.Max(1, minPairs)), longUsers) { ItemDegrees = new int[items.Count] };
        InteractionMatrixBuilder builder = new(table, pool, stores, items, minPairs, countAll);
        int next = -1;
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            _ =>
            {
                Worker worker = new(items.Count);
                for (int part; (part = Interlocked.Increment(ref next)) < RowStore.Parts; )
                {
                    cancellation.ThrowIfCancellationRequested();
                    builder.Take(part, worker);
                }

                builder.Finish(worker);
            }
        );
        return table;
    }

    private void Take(int part, Worker worker)
    {
        UserGrouping grouping = worker.Grouping;
        grouping.Group(stores, items, part);
        foreach (RowStore store in stores)
        {
            store.Release(part);
        }

        int users = grouping.Count;
        worker.Users += users;
        worker.Pairs = worker.Pairs.Length < users ? new int[users * 2] : worker.Pairs;
        int kept = 0;
        for (int user = 0; user < users; user++)
        {
            int pairs = worker.Repeats.Deduplicate(grouping.RowsOf(user));
            worker.Pairs[user] = pairs;
            worker.RawPairs += pairs;
            kept += pairs >= minPairs ? 1 : 0;
        }

        int number = table.Reserve(kept);
        for (int user = 0; user < users; user++)
        {
            int pairs = worker.Pairs[user];
            bool stays = pairs >= minPairs;
            if (stays || countAll)
            {
                CountItems(grouping, user, pairs, worker.ItemDegrees);
            }

            if (stays)
            {
                table.Set(number++, in grouping.KeyOf(user), Store(grouping.RowsOf(user)[..pairs], worker), pairs);
            }
        }
    }

    private static void CountItems(UserGrouping grouping, int user, int pairs, int[] degrees)
    {
        ReadOnlySpan<Entry> rows = grouping.RowsFrom(user);
        fixed (int* degree = degrees)
        {
            for (int index = 0; index < pairs; index++)
            {
                // Rows of the next users, some of which will not count; it is enough that most do.
                if (Sse.IsSupported && index + Ahead < rows.Length)
                {
                    Sse.Prefetch0(degree + rows[index + Ahead].Item);
                }

                degree[rows[index].Item]++;
            }
        }
    }

    /// <summary>Writes a user's pairs to where they stay, in one piece.</summary>
    private Entry* Store(ReadOnlySpan<Entry> pairs, Worker worker)
    {
        Entry* target;
        if (pairs.Length > BlockPairs)
        {
            target = table.Large(pairs.Length);
        }
        else
        {
            if (worker.Room < pairs.Length)
            {
                worker.Next = (Entry*)pool.Take();
                worker.Room = BlockPairs;
            }

            target = worker.Next;
            worker.Next += pairs.Length;
            worker.Room -= pairs.Length;
        }

        pairs.CopyTo(new Span<Entry>(target, pairs.Length));
        return target;
    }

    private void Finish(Worker worker)
    {
        lock (table)
        {
            table.RawUsers += worker.Users;
            table.RawPairs += worker.RawPairs;
            table.Repeats.Add(worker.Repeats);
            for (int item = 0; item < worker.ItemDegrees.Length; item++)
            {
                table.ItemDegrees[item] += worker.ItemDegrees[item];
            }
        }
    }

    /// <summary>What a thread uses again from part to part, and what it has counted.</summary>
    private sealed class Worker(int items)
    {
        public readonly UserGrouping Grouping = new();
        public readonly Deduplication Repeats = new();
        public readonly int[] ItemDegrees = new int[items];
        public int[] Pairs = [];
        public int Users;
        public long RawPairs;
        public Entry* Next;
        public int Room;
    }
}
