using CranePipeline.Tables;

namespace CranePipeline.Ingest.Splits;

/// <summary>Whether interactions are what a split takes them for.</summary>
internal static class InteractionsCheck
{
    /// <summary>
    /// Throws unless the columns are equally long, in the order of user and item without repeats, and of ids that there are.
    /// </summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Enforce(Interactions interactions, int userCount, int itemCount)
    {
        (int[] users, int[] items) = (interactions.Users, interactions.Items);
        if (
            items.Length != users.Length
            || (interactions.Timestamps is { } times && times.Count != users.Length)
            || (interactions.Labels is { } labels && labels.Count != users.Length)
        )
        {
            throw new ArgumentException("The columns differ in length.", nameof(interactions));
        }

        for (int row = 0; row < users.Length; row++)
        {
            if ((uint)users[row] >= (uint)userCount || (uint)items[row] >= (uint)itemCount)
            {
                throw new ArgumentException($"Row {row} has a user or item without a raw id.", nameof(interactions));
            }

            if (row > 0 && (users[row] < users[row - 1] || (users[row] == users[row - 1] && items[row] <= items[row - 1])))
            {
                throw new ArgumentException(
                    $"Row {row} is not behind row {row - 1} in the order of user and item.",
                    nameof(interactions)
                );
            }
        }
    }
}
