namespace CranePipeline.Ingest.Splits;

/// <summary>Whether columns are what a split takes them for; the vectorised parts rely on it.</summary>
internal static class ColumnCheck
{
    private const int Piece = 1 << 18;

    /// <summary>Throws unless the columns are equally long, in the order of user and item without repeats, and of ids that there are.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Throw(
        int userCount,
        int itemCount,
        int[] users,
        int[] items,
        long[]? timestamps,
        byte[]? labels,
        int threads
    )
    {
        if (
            items.Length != users.Length
            || (timestamps is not null && timestamps.Length != users.Length)
            || (labels is not null && labels.Length != users.Length)
        )
        {
            throw new ArgumentException("The columns differ in length.", nameof(items));
        }

        bool faulty = false;
        Parallel.For(
            0,
            (users.Length + Piece - 1) / Piece,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            piece =>
            {
                if (!IsSound(piece * Piece, Math.Min(users.Length, (piece + 1) * Piece), userCount, itemCount, users, items))
                {
                    Volatile.Write(ref faulty, true);
                }
            }
        );
        if (faulty)
        {
            ThrowForFirst(userCount, itemCount, users, items);
        }
    }

    private static bool IsSound(int low, int high, int userCount, int itemCount, int[] users, int[] items)
    {
        int faults = 0;
        long last = low == 0 ? -1 : Place(users[low - 1], items[low - 1]);
        for (int row = low; row < high; row++)
        {
            long place = Place(users[row], items[row]);
            faults |= ((uint)users[row] >= (uint)userCount ? 1 : 0) | ((uint)items[row] >= (uint)itemCount ? 1 : 0);
            faults |= place <= last ? 1 : 0;
            last = place;
        }

        return faults == 0;
    }

    private static long Place(int user, int item) => (long)user << 32 | (uint)item;

    private static void ThrowForFirst(int userCount, int itemCount, int[] users, int[] items)
    {
        for (int row = 0; row < users.Length; row++)
        {
            if ((uint)users[row] >= (uint)userCount || (uint)items[row] >= (uint)itemCount)
            {
                throw new ArgumentException($"Row {row} has a user or item without a raw id.", nameof(users));
            }

            if (row > 0 && (users[row] < users[row - 1] || (users[row] == users[row - 1] && items[row] <= items[row - 1])))
            {
                throw new ArgumentException(
                    $"Row {row} is not behind row {row - 1} in the order of user and item.",
                    nameof(users)
                );
            }
        }
    }
}
