namespace CranePipeline.Ingest.Internals;

/// <summary>Shares work among threads.</summary>
internal static class Partition
{
    /// <summary>Cuts 0 … n into ranges of about equal weight.</summary>
    /// <param name="starts">Running sums of the weights, n + 1 of them.</param>
    /// <param name="parts">How many ranges.</param>
    /// <returns>The ranges' bounds, parts + 1 of them.</returns>
    public static int[] ByWeight(ReadOnlySpan<int> starts, int parts)
    {
        int count = starts.Length - 1;
        int[] bounds = new int[parts + 1];
        for (int part = 1; part < parts; part++)
        {
            int target = (int)((long)starts[count] * part / parts);
            int found = starts.BinarySearch(target);
            bounds[part] = Math.Clamp(found < 0 ? ~found : found, bounds[part - 1], count);
        }

        bounds[parts] = count;
        return bounds;
    }

    /// <summary>One of a number of ranges of 0 … count of about equal length.</summary>
    /// <param name="count">How much there is.</param>
    /// <param name="part">Which range.</param>
    /// <param name="parts">How many ranges.</param>
    public static (int Low, int High) Evenly(int count, int part, int parts) =>
        ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    /// <summary>Cuts rows into ranges of about equal length, none within a user's rows.</summary>
    /// <param name="users">The user of every row, users together.</param>
    /// <param name="parts">How many ranges.</param>
    /// <returns>The ranges' bounds, parts + 1 of them.</returns>
    public static int[] ByUser(ReadOnlySpan<int> users, int parts)
    {
        int[] bounds = new int[parts + 1];
        for (int part = 1; part < parts; part++)
        {
            int row = Math.Max(Evenly(users.Length, part, parts).Low, bounds[part - 1]);
            while (row > 0 && row < users.Length && users[row] == users[row - 1])
            {
                row++;
            }

            bounds[part] = row;
        }

        bounds[parts] = users.Length;
        return bounds;
    }
}
