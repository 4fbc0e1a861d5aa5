namespace CranePipeline.Configuration;

/// <summary>Finds the name someone probably meant.</summary>
internal static class NearestName
{
    /// <summary>
    /// The candidate with the fewest edits from <paramref name="name"/> (insertions, deletions, substitutions, neighbours swapped;
    /// letter case counts as nothing), or null where none is near enough to be a likely slip. The first of equals wins.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        string? best = null;
        // About one slip in three letters: beyond that the suggestion would be noise.
        var bestDistance = Math.Max(1, (name.Length + 1) / 3) + 1;
        foreach (var candidate in candidates)
        {
            var distance = Distance(name, candidate);
            if (distance < bestDistance || (best is null && StartsLike(name, candidate)))
            {
                best = candidate;
                bestDistance = Math.Min(distance, bestDistance);
            }
        }
        return best;
    }

    /// <summary>
    /// What follows "unknown … 'x'" where all the names are worth showing: "; did you mean 'x'? There are x, y" or "; there are x, y".
    /// </summary>
    public static string SuggestionOf(string name, IReadOnlyCollection<string> candidates, string there = "there are")
    {
        var all = $"{there} {string.Join(", ", candidates)}";
        return Find(name, candidates) is { } nearest
            ? $"; did you mean '{nearest}'? {char.ToUpperInvariant(all[0])}{all[1..]}"
            : $"; {all}";
    }

    /// <summary>The optimal string alignment distance, ignoring letter case.</summary>
    internal static int Distance(string first, string second)
    {
        var a = first.ToUpperInvariant();
        var b = second.ToUpperInvariant();
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }
        for (var j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(substituted, 1 + Math.Min(rows[i - 1, j], rows[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }
        return rows[a.Length, b.Length];
    }

    // "epoch" for "epochSeconds": a shortened name is a likelier slip than its distance says.
    private static bool StartsLike(string name, string candidate) =>
        name.Length >= 4 && candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase);
}
