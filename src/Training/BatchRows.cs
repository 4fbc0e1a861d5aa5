using System.Buffers;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// A batch's distinct users and items, for a model that makes each of their rows once and no others; the batch's pairs name rows among
/// those.
/// </summary>
public sealed class BatchRows : IDisposable
{
    private readonly IEngine engine;
    private readonly InteractionGraph graph;
    private readonly int[] distinctUsers;
    private readonly int[] distinctItems;
    private IndexTensor? reachedItems;

    internal BatchRows(
        IEngine engine,
        InteractionGraph graph,
        ReadOnlySpan<int> users,
        ReadOnlySpan<int> positives,
        ReadOnlySpan<int> negatives
    )
    {
        (this.engine, this.graph) = (engine, graph);
        int count = users.Length;
        int[] places = new int[count + positives.Length + negatives.Length];
        distinctUsers = Distinct(users, graph.UserCount, places);
        DistinctUsers = engine.Indices(distinctUsers, 1, graph.UserCount);
        Users = engine.Indices(places.AsSpan(0, count), 1, distinctUsers.Length);

        distinctItems = Distinct([.. positives, .. negatives], graph.ItemCount, places);
        DistinctItems = engine.Indices(distinctItems, 1, graph.ItemCount);
        Positives = engine.Indices(places.AsSpan(0, count), 1, distinctItems.Length);
        Negatives = engine.Indices(places.AsSpan(count, negatives.Length), 1, distinctItems.Length);
        DistinctPositives = engine.Indices(
            Distinct(places.AsSpan(0, count), distinctItems.Length, null),
            1,
            distinctItems.Length
        );
    }

    /// <summary>The batch's distinct users, ascending.</summary>
    public IndexTensor DistinctUsers { get; }

    /// <summary>The batch's distinct items, positives and negatives, ascending.</summary>
    public IndexTensor DistinctItems { get; }

    /// <summary>Each pair's user: which of <see cref="DistinctUsers"/>.</summary>
    public IndexTensor Users { get; }

    /// <summary>Each pair's positive item: which of <see cref="DistinctItems"/>.</summary>
    public IndexTensor Positives { get; }

    /// <summary>Each pair's negative item: which of <see cref="DistinctItems"/>.</summary>
    public IndexTensor Negatives { get; }

    /// <summary>The distinct positives: which of <see cref="DistinctItems"/>, ascending.</summary>
    public IndexTensor DistinctPositives { get; }

    /// <summary>
    /// The batch's items and all that its users have chosen, ascending: whose rows of the item graph take part. Made when first
    /// asked for, since models without neighbours to weigh never do.
    /// </summary>
    public IndexTensor ReachedItems =>
        reachedItems ??= engine.Indices(Reached(graph, distinctUsers, distinctItems), 1, graph.ItemCount);

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        DistinctUsers.Dispose();
        DistinctItems.Dispose();
        Users.Dispose();
        Positives.Dispose();
        Negatives.Dispose();
        DistinctPositives.Dispose();
        reachedItems?.Dispose();
    }

    private static int[] Reached(InteractionGraph graph, int[] users, int[] items)
    {
        int count = items.Length;
        foreach (int user in users)
        {
            count += graph.Ones.RowColumns(user).Length;
        }

        int[] reached = ArrayPool<int>.Shared.Rent(count);
        items.CopyTo(reached, 0);
        count = items.Length;
        foreach (int user in users)
        {
            ReadOnlySpan<int> chosen = graph.Ones.RowColumns(user);
            chosen.CopyTo(reached.AsSpan(count));
            count += chosen.Length;
        }

        int[] distinct = Distinct(reached.AsSpan(0, count), graph.ItemCount, null);
        ArrayPool<int>.Shared.Return(reached);
        return distinct;
    }

    // The distinct values, ascending; and which of them each value is.
    private static int[] Distinct(ReadOnlySpan<int> values, int bound, int[]? places)
    {
        int[] rank = ArrayPool<int>.Shared.Rent(bound);
        Array.Clear(rank, 0, bound);
        foreach (int value in values)
        {
            rank[value] = 1;
        }

        int count = 0;
        for (int value = 0; value < bound; value++)
        {
            if (rank[value] != 0)
            {
                rank[value] = ++count;
            }
        }

        int[] distinct = new int[count];
        for (int place = 0; place < values.Length; place++)
        {
            int at = rank[values[place]] - 1;
            distinct[at] = values[place];
            if (places is not null)
            {
                places[place] = at;
            }
        }

        ArrayPool<int>.Shared.Return(rank);
        return distinct;
    }
}
