namespace CranePipeline.Ingest.Splits;

/// <summary>Applies the rule for users without training interactions and counts what a split has become.</summary>
internal static class SplitChecker
{
    public static SplitReport Finish(
        SplitPart[] parts,
        int[] users,
        int[] items,
        int itemCount,
        SplitOptions options,
        long seed,
        int untimed,
        int threads
    )
    {
        bool drop = options.ColdStartUsers == ColdStartUsers.Drop;
        bool[] knownItems = new bool[itemCount];
        bool[] coldItems = new bool[itemCount];
        int[] bounds = Bounds(users, threads);
        Tally[] tallies = new Tally[threads];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads };
        // Threads set the same flags, but none takes one back.
        Parallel.For(
            0,
            threads,
            parallel,
            part => tallies[part] = CheckUsers(parts, users, items, bounds[part], bounds[part + 1], drop, knownItems)
        );
        Parallel.For(
            0,
            threads,
            parallel,
            part => FindColdItems(parts, items, bounds[part], bounds[part + 1], knownItems, coldItems)
        );
        Tally sum = new();
        foreach (Tally tally in tallies)
        {
            sum.ColdUsers += tally.ColdUsers;
            sum.ColdRows += tally.ColdRows;
            sum.Repeated += tally.Repeated;
        }

        ReadOnlySpan<SplitPart> all = parts;
        return new SplitReport
        {
            Method = options.Method,
            Seed = seed,
            Train = all.Count(SplitPart.Train),
            Valid = all.Count(SplitPart.Valid),
            Test = all.Count(SplitPart.Test),
            Dropped = all.Count(SplitPart.Dropped),
            PairsInTwoParts = sum.Repeated,
            ColdStartUsers = sum.ColdUsers,
            ColdStartInteractions = sum.ColdRows,
            EveryUserKnown = sum.ColdUsers == 0 || drop,
            ColdStartItems = coldItems.AsSpan().Count(true),
            WithoutTimestamp = untimed,
        };
    }

    /// <summary>Cuts the rows into ranges of about equal length, none within a user's rows.</summary>
    private static int[] Bounds(int[] users, int ranges)
    {
        int[] bounds = new int[ranges + 1];
        for (int range = 1; range < ranges; range++)
        {
            int row = (int)((long)users.Length * range / ranges);
            while (row > 0 && row < users.Length && users[row] == users[row - 1])
            {
                row++;
            }

            bounds[range] = Math.Max(row, bounds[range - 1]);
        }

        bounds[ranges] = users.Length;
        return bounds;
    }

    private static Tally CheckUsers(SplitPart[] parts, int[] users, int[] items, int low, int high, bool drop, bool[] knownItems)
    {
        Tally tally = new();
        for (int start = low; start < high; )
        {
            int user = users[start];
            int lastItem = -1;
            int trained = 0;
            int outside = 0;
            int row = start;
            for (; row < high && users[row] == user; row++)
            {
                SplitPart part = parts[row];
                int item = items[row];
                tally.Repeated += item == lastItem ? 1 : 0;
                lastItem = item;
                outside += part is SplitPart.Valid or SplitPart.Test ? 1 : 0;
                if (part == SplitPart.Train)
                {
                    trained++;
                    knownItems[item] = true;
                }
            }

            if (trained == 0 && outside > 0)
            {
                tally.ColdUsers++;
                tally.ColdRows += outside;
                if (drop)
                {
                    parts.AsSpan(start, row - start).Fill(SplitPart.Dropped);
                }
            }

            start = row;
        }

        return tally;
    }

    private static void FindColdItems(SplitPart[] parts, int[] items, int low, int high, bool[] knownItems, bool[] coldItems)
    {
        for (int row = low; row < high; row++)
        {
            if (parts[row] is SplitPart.Valid or SplitPart.Test && !knownItems[items[row]])
            {
                coldItems[items[row]] = true;
            }
        }
    }

    private struct Tally
    {
        public int ColdUsers;
        public int ColdRows;
        public int Repeated;
    }
}
