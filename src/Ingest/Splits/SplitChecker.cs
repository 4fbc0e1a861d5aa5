namespace CranePipeline.Ingest.Splits;

/// <summary>Applies the rule for users without training interactions and counts what a split has become.</summary>
internal static class SplitChecker
{
    private const int Trained = 1 << (int)SplitPart.Train;
    private const int Outside = 1 << (int)SplitPart.Valid | 1 << (int)SplitPart.Test;

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
        int[] bounds = Bounds(users, threads);
        Tally[] tallies = new Tally[threads];
        Parallel.For(
            0,
            threads,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            part => tallies[part] = CheckUsers(parts, users, items, bounds[part], bounds[part + 1], drop, new byte[itemCount])
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
            ColdStartItems = ColdItems(tallies, itemCount),
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

    /// <summary>Which part comes next cannot be foretold, so the loops over a user's rows do not branch on it.</summary>
    private static Tally CheckUsers(SplitPart[] parts, int[] users, int[] items, int low, int high, bool drop, byte[] itemParts)
    {
        Tally tally = new() { ItemParts = itemParts };
        for (int start = low; start < high; )
        {
            int user = users[start];
            int lastItem = -1;
            int partsSeen = 0;
            int row = start;
            for (; row < high && users[row] == user; row++)
            {
                partsSeen |= 1 << (int)parts[row];
                tally.Repeated += items[row] == lastItem ? 1 : 0;
                lastItem = items[row];
            }

            if ((partsSeen & Trained) == 0 && (partsSeen & Outside) != 0)
            {
                tally.ColdUsers++;
                Span<SplitPart> own = parts.AsSpan(start, row - start);
                tally.ColdRows += own.Count(SplitPart.Valid) + own.Count(SplitPart.Test);
                if (drop)
                {
                    own.Fill(SplitPart.Dropped);
                }
            }

            for (; start < row; start++)
            {
                itemParts[items[start]] |= (byte)(1 << (int)parts[start]);
            }
        }

        return tally;
    }

    /// <summary>Counts the items that are in validation or test and not in training.</summary>
    private static int ColdItems(Tally[] tallies, int itemCount)
    {
        int cold = 0;
        for (int item = 0; item < itemCount; item++)
        {
            int seen = 0;
            foreach (ref readonly Tally tally in tallies.AsSpan())
            {
                seen |= tally.ItemParts[item];
            }

            cold += (seen & Trained) == 0 && (seen & Outside) != 0 ? 1 : 0;
        }

        return cold;
    }

    private struct Tally
    {
        public int ColdUsers;
        public int ColdRows;
        public int Repeated;

        /// <summary>A bit for every part that an item is in.</summary>
        public byte[] ItemParts;
    }
}
