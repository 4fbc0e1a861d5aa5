using CranePipeline.Ingest.Internals;

namespace CranePipeline.Ingest;

/// <summary>
/// The k-core of the user-item graph by peeling (Batagelj and Zaversnik, "An O(m) algorithm for cores decomposition of networks",
/// 2003): whoever is below the limit is taken away with his edges, which may bring others below it, and every edge is looked
/// at no more than once from either side. The result is the largest part in which nobody is below, whatever the order.
/// </summary>
internal static class KCore
{
    /// <summary>Finds who stays.</summary>
    /// <param name="pairs">Distinct pairs of the users who have enough of them; its items' degrees are those of these pairs, or without
    /// <paramref name="iterate"/> of all.</param>
    /// <param name="minUser">Fewest interactions of a user.</param>
    /// <param name="minItem">Fewest interactions of an item.</param>
    /// <param name="iterate">To the fixed point, or those below the limits at the start only.</param>
    /// <param name="threads">How many threads to use.</param>
    /// <returns>For users and for items their number of interactions with others who stay; 0 for those who do not.</returns>
    public static (int[] UserDegrees, int[] ItemDegrees) Find(
        InteractionMatrix pairs,
        int minUser,
        int minItem,
        bool iterate,
        int threads
    )
    {
        int[] userDegrees = [.. pairs.Degrees];
        int[] itemDegrees = pairs.ItemDegrees;
        bool[] itemGone = Below(itemDegrees, minItem);
        if (!iterate)
        {
            return (userDegrees, Count(pairs, itemGone, userDegrees, threads));
        }

        bool[] userGone = new bool[userDegrees.Length];
        Peel(pairs, userDegrees, itemDegrees, userGone, itemGone, minUser, minItem, threads);
        Clear(userDegrees, userGone);
        Clear(itemDegrees, itemGone);
        return (userDegrees, itemDegrees);
    }

    /// <summary>Who has interactions left, ascending.</summary>
    public static int[] Kept(int[] degrees)
    {
        int[] kept = new int[degrees.Length - degrees.AsSpan().Count(0)];
        for (int node = 0, at = 0; at < kept.Length; node++)
        {
            kept[at] = node;
            at += degrees[node] > 0 ? 1 : 0;
        }

        return kept;
    }

    private static bool[] Below(int[] degrees, int limit)
    {
        bool[] gone = new bool[degrees.Length];
        for (int node = 0; node < degrees.Length; node++)
        {
            gone[node] = degrees[node] < limit;
        }

        return gone;
    }

    private static void Clear(int[] degrees, bool[] gone)
    {
        for (int node = 0; node < degrees.Length; node++)
        {
            degrees[node] = gone[node] ? 0 : degrees[node];
        }
    }

    /// <summary>Counts the users of the items that stay, and into <paramref name="userDegrees"/> the users' items.</summary>
    private static int[] Count(InteractionMatrix pairs, bool[] itemGone, int[] userDegrees, int threads)
    {
        int[] itemDegrees = new int[itemGone.Length];
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            part =>
            {
                int[] own = new int[itemGone.Length];
                (int low, int high) = Partition.Evenly(pairs.Count, part, threads);
                for (int user = low; user < high; user++)
                {
                    int degree = 0;
                    foreach (ref readonly Entry entry in pairs[user])
                    {
                        if (!itemGone[entry.Item])
                        {
                            own[entry.Item]++;
                            degree++;
                        }
                    }

                    userDegrees[user] = degree;
                }

                lock (itemDegrees)
                {
                    for (int item = 0; item < own.Length; item++)
                    {
                        itemDegrees[item] += own[item];
                    }
                }
            }
        );
        return itemDegrees;
    }

    private static void Peel(
        InteractionMatrix pairs,
        int[] userDegrees,
        int[] itemDegrees,
        bool[] userGone,
        bool[] itemGone,
        int minUser,
        int minItem,
        int threads
    )
    {
        Stack<int> waitingUsers = new();
        Stack<int> waitingItems = Waiting(itemGone);
        ItemUsers? lists = null;
        while (waitingItems.TryPop(out int item))
        {
            // Few items ever come so near the limit that their users matter; were the bound too low, the next is eight times that.
            lists =
                lists is null ? new ItemUsers(pairs, itemDegrees, userGone, 2L * minItem, threads)
                : lists.Has(item) ? lists
                : new ItemUsers(pairs, itemDegrees, userGone, 8 * lists.Bound, threads);
            foreach (int user in lists[item])
            {
                if (!userGone[user] && --userDegrees[user] < minUser)
                {
                    userGone[user] = true;
                    waitingUsers.Push(user);
                }
            }

            while (waitingUsers.TryPop(out int user))
            {
                foreach (ref readonly Entry entry in pairs[user])
                {
                    if (!itemGone[entry.Item] && --itemDegrees[entry.Item] < minItem)
                    {
                        itemGone[entry.Item] = true;
                        waitingItems.Push(entry.Item);
                    }
                }
            }
        }
    }

    private static Stack<int> Waiting(bool[] gone)
    {
        Stack<int> waiting = new();
        for (int node = 0; node < gone.Length; node++)
        {
            if (gone[node])
            {
                waiting.Push(node);
            }
        }

        return waiting;
    }
}
