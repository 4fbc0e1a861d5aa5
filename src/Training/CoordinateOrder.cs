namespace CranePipeline.Training;

/// <summary>A combination of a grid that was tried.</summary>
/// <param name="Point">Its place in the grid.</param>
/// <param name="Score">What it gave; more is better.</param>
public readonly record struct TriedPoint(int Point, double Score);

/// <summary>Which combination of a grid to try next, going on from the best so far one setting at a time.</summary>
public static class CoordinateOrder
{
    /// <summary>
    /// The grid's first combination at first; then, of those that were not tried and differ from the best so far in the fewest settings, the
    /// one whose values there were tried least, so that every value has its turn before any has another. Where each setting has its best
    /// value whatever the others are, that finds the best combination with one trial and one more for every further value.
    /// </summary>
    /// <param name="grid">The combinations, their values by setting.</param>
    /// <param name="tried">What was tried so far.</param>
    /// <returns>The place in the grid, or null where all were tried.</returns>
    public static int? Next(IReadOnlyList<IReadOnlyDictionary<string, string>> grid, IReadOnlyList<TriedPoint> tried)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(tried);
        if (tried.Count == 0)
        {
            return grid.Count > 0 ? 0 : null;
        }

        var places = tried.Select(static each => each.Point).ToHashSet();
        // Among equals the first, which cost nothing new.
        IReadOnlyDictionary<string, string> best = grid[tried.MaxBy(static each => each.Score).Point];
        Dictionary<(string Setting, string Value), int> turns = tried
            .SelectMany(each => grid[each.Point], static (_, value) => (value.Key, value.Value))
            .CountBy(static value => value)
            .ToDictionary();
        int? next = null;
        (int Differences, int Turns) least = (int.MaxValue, int.MaxValue);
        for (int point = 0; point < grid.Count; point++)
        {
            if (places.Contains(point))
            {
                continue;
            }

            var changed = grid[point].Where(value => best[value.Key] != value.Value).ToArray();
            var here = (changed.Length, changed.Sum(value => turns.GetValueOrDefault((value.Key, value.Value))));
            if (here.CompareTo(least) < 0)
            {
                (next, least) = (point, here);
            }
        }

        return next;
    }
}
