namespace CranePipeline.Ingest.Graph;

/// <summary>
/// The k-core of the user-item graph by peeling (Batagelj and Zaversnik, "An O(m) algorithm for cores decomposition of networks",
/// 2003): whoever is below the limit is taken away with his edges, which may bring others below it, and every edge is looked
/// at no more than once from either side. The result is the largest part in which nobody is below, whatever the order.
/// </summary>
internal static class Core
{
    /// <summary>Finds who stays.</summary>
    /// <param name="pairs">Distinct pairs.</param>
    /// <param name="items">How many items there are.</param>
    /// <param name="minUser">Fewest interactions of a user.</param>
    /// <param name="minItem">Fewest interactions of an item.</param>
    /// <param name="iterate">To the fixed point, or those below the limits at the start only.</param>
    /// <returns>For users and for items their number of interactions with others who stay; 0 for those who do not.</returns>
    public static (int[] UserDegrees, int[] ItemDegrees) Find(PairTable pairs, int items, int minUser, int minItem, bool iterate)
    {
        int users = pairs.Degrees.Length;
        int[] userDegrees = [.. pairs.Degrees];
        int[] itemDegrees = new int[items];
        for (int user = 0; user < users; user++)
        {
            foreach (ref readonly Rows.Entry entry in pairs[user])
            {
                itemDegrees[entry.Item]++;
            }
        }

        bool[] userGone = Below(userDegrees, minUser);
        bool[] itemGone = Below(itemDegrees, minItem);
        if (iterate)
        {
            Peel(pairs, userDegrees, itemDegrees, userGone, itemGone, minUser, minItem);
        }

        Recount(pairs, userDegrees, itemDegrees, userGone, itemGone);
        return (userDegrees, itemDegrees);
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

    private static void Peel(
        PairTable pairs,
        int[] userDegrees,
        int[] itemDegrees,
        bool[] userGone,
        bool[] itemGone,
        int minUser,
        int minItem
    )
    {
        (int[] itemStarts, int[] itemUsers) = Transpose(pairs, itemDegrees);
        Stack<int> waitingUsers = Waiting(userGone);
        Stack<int> waitingItems = Waiting(itemGone);
        while (waitingUsers.Count + waitingItems.Count > 0)
        {
            while (waitingUsers.TryPop(out int user))
            {
                foreach (ref readonly Rows.Entry entry in pairs[user])
                {
                    if (!itemGone[entry.Item] && --itemDegrees[entry.Item] < minItem)
                    {
                        itemGone[entry.Item] = true;
                        waitingItems.Push(entry.Item);
                    }
                }
            }

            while (waitingItems.TryPop(out int item))
            {
                foreach (int user in itemUsers.AsSpan(itemStarts[item], itemStarts[item + 1] - itemStarts[item]))
                {
                    if (!userGone[user] && --userDegrees[user] < minUser)
                    {
                        userGone[user] = true;
                        waitingUsers.Push(user);
                    }
                }
            }
        }
    }

    private static (int[] Starts, int[] Users) Transpose(PairTable pairs, int[] itemDegrees)
    {
        int[] starts = new int[itemDegrees.Length + 1];
        for (int item = 0; item < itemDegrees.Length; item++)
        {
            starts[item + 1] = starts[item] + itemDegrees[item];
        }

        int[] next = starts.AsSpan(0, itemDegrees.Length).ToArray();
        int[] users = GC.AllocateUninitializedArray<int>(starts[^1]);
        for (int user = 0; user < pairs.Degrees.Length; user++)
        {
            foreach (ref readonly Rows.Entry entry in pairs[user])
            {
                users[next[entry.Item]++] = user;
            }
        }

        return (starts, users);
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

    private static void Recount(PairTable pairs, int[] userDegrees, int[] itemDegrees, bool[] userGone, bool[] itemGone)
    {
        Array.Clear(itemDegrees);
        for (int user = 0; user < userDegrees.Length; user++)
        {
            int degree = 0;
            if (!userGone[user])
            {
                foreach (ref readonly Rows.Entry entry in pairs[user])
                {
                    if (!itemGone[entry.Item])
                    {
                        degree++;
                        itemDegrees[entry.Item]++;
                    }
                }
            }

            userDegrees[user] = degree;
        }
    }
}
