using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// The item-item graph of the interactions: G = AᵀA counts who chose both items. Made item by item, so that G never exists.
/// </summary>
internal static class CoInteraction
{
    /// <summary>
    /// Each item's K others of largest ω_ij = G_ij / (g_i − G_ii) · √(g_i / g_j), g_i = Σ_k G_ik (UltraGCN: Mao et al., CIKM 2021, eq. 13).
    /// </summary>
    public static (int[] Neighbours, float[] Weights) Nearest(InteractionGraph graph, int count)
    {
        double[] totals = Totals(graph);
        return Nearest(
            graph,
            count,
            (item, other, together) =>
                together / (totals[item] - graph.ItemDegrees[item]) * Math.Sqrt(totals[item] / totals[other])
        );
    }

    /// <summary>
    /// Each item's K others of largest weight among those that some user has chosen too, largest first, equal ones by number.
    /// </summary>
    /// <param name="graph">The training interactions.</param>
    /// <param name="count">K.</param>
    /// <param name="weight">Of an item, another and G of both.</param>
    /// <returns>
    /// Numbers and weights, <c>[items × K]</c>; where an item has fewer, it stands itself with weight 0.
    /// </returns>
    /// <exception cref="InputException">An array cannot hold so many.</exception>
    public static (int[] Neighbours, float[] Weights) Nearest(
        InteractionGraph graph,
        int count,
        Func<int, int, int, double> weight
    )
    {
        if ((long)graph.ItemCount * count > Array.MaxLength)
        {
            throw new InputException(
                FormattableString.Invariant($"train.neighbours {count} is too many for {graph.ItemCount} items: ")
                    + FormattableString.Invariant($"set it to {Array.MaxLength / graph.ItemCount} or fewer.")
            );
        }

        int[][] usersOf = UsersOf(graph);
        var neighbours = new int[graph.ItemCount * count];
        var weights = new float[neighbours.Length];
        Parallel.For(
            0,
            graph.ItemCount,
            () => (Counts: new int[graph.ItemCount], Seen: new List<int>()),
            (item, _, scratch) =>
            {
                foreach (int user in usersOf[item])
                {
                    foreach (int other in graph.Ones.RowColumns(user))
                    {
                        if (scratch.Counts[other]++ == 0)
                        {
                            scratch.Seen.Add(other);
                        }
                    }
                }

                double Weight(int other) => weight(item, other, scratch.Counts[other]);
                int[] nearest =
                [
                    .. scratch
                        .Seen.Where(other => other != item)
                        .OrderByDescending(Weight)
                        .ThenBy(static other => other)
                        .Take(count),
                ];
                for (int k = 0; k < count; k++)
                {
                    int place = (item * count) + k;
                    (neighbours[place], weights[place]) =
                        k < nearest.Length ? (nearest[k], (float)Weight(nearest[k])) : (item, 0f);
                }

                scratch.Seen.ForEach(other => scratch.Counts[other] = 0);
                scratch.Seen.Clear();
                return scratch;
            },
            static _ => { }
        );
        return (neighbours, weights);
    }

    // g_i = Σ_k G_ik: each of an item's users brings all of that user's items.
    private static double[] Totals(InteractionGraph graph)
    {
        var totals = new double[graph.ItemCount];
        for (int user = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.Ones.RowColumns(user))
            {
                totals[item] += graph.UserDegrees[user];
            }
        }

        return totals;
    }

    private static int[][] UsersOf(InteractionGraph graph)
    {
        int[][] users = [.. graph.ItemDegrees.Select(static degree => new int[degree])];
        var filled = new int[graph.ItemCount];
        for (int user = 0; user < graph.UserCount; user++)
        {
            foreach (int item in graph.Ones.RowColumns(user))
            {
                users[item][filled[item]++] = user;
            }
        }

        return users;
    }
}
