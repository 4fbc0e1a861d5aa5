namespace CranePipeline.Ingest.Splits;

/// <summary>Applies the rule for users without training interactions and counts what a split has become.</summary>
internal static class SplitChecker
{
    public static SplitReport Finish(
        SplitPart[] parts,
        int[] users,
        int[] items,
        int userCount,
        int itemCount,
        SplitOptions options,
        long seed,
        int untimed
    )
    {
        bool[] knownUsers = new bool[userCount];
        bool[] knownItems = new bool[itemCount];
        for (int row = 0; row < parts.Length; row++)
        {
            if (parts[row] == SplitPart.Train)
            {
                knownUsers[users[row]] = true;
                knownItems[items[row]] = true;
            }
        }

        // Rows come user by user, so that a user is counted where he changes.
        int coldUsers = 0;
        int lastColdUser = -1;
        bool[] coldItems = new bool[itemCount];
        int coldItemCount = 0;
        int coldRows = 0;
        int[] counts = new int[4];
        int repeated = 0;
        for (int row = 0; row < parts.Length; row++)
        {
            if (parts[row] is SplitPart.Valid or SplitPart.Test)
            {
                if (!knownUsers[users[row]])
                {
                    coldUsers += users[row] != lastColdUser ? 1 : 0;
                    lastColdUser = users[row];
                    coldRows++;
                    parts[row] = options.ColdStartUsers == ColdStartUsers.Drop ? SplitPart.Dropped : parts[row];
                }

                if (parts[row] != SplitPart.Dropped && !knownItems[items[row]] && !coldItems[items[row]])
                {
                    coldItems[items[row]] = true;
                    coldItemCount++;
                }
            }

            counts[(int)parts[row]]++;
            repeated += row > 0 && users[row] == users[row - 1] && items[row] == items[row - 1] ? 1 : 0;
        }

        return new SplitReport
        {
            Method = options.Method,
            Seed = seed,
            Train = counts[0],
            Valid = counts[1],
            Test = counts[2],
            Dropped = counts[3],
            PairsInTwoParts = repeated,
            ColdStartUsers = coldUsers,
            ColdStartInteractions = coldRows,
            EveryUserKnown = coldUsers == 0 || options.ColdStartUsers == ColdStartUsers.Drop,
            ColdStartItems = coldItemCount,
            WithoutTimestamp = untimed,
        };
    }
}
