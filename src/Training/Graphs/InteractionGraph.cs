using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The bipartite graph of the training interactions, as <c>[users × items]</c> matrices under the normalisations in use.</summary>
internal sealed class InteractionGraph
{
    private readonly int[] users;
    private readonly int[] items;

    public InteractionGraph(int userCount, int itemCount, int[] users, int[] items)
    {
        (UserCount, ItemCount, this.users, this.items) = (userCount, itemCount, users, items);
        UserDegrees = Degrees(users, userCount);
        ItemDegrees = Degrees(items, itemCount);
        Ones = Matrix(static (_, _) => 1f);
    }

    public int UserCount { get; }

    public int ItemCount { get; }

    public int[] UserDegrees { get; }

    public int[] ItemDegrees { get; }

    /// <summary>1 where the user has chosen the item.</summary>
    public CsrMatrix Ones { get; }

    /// <summary>1/√(|N_u||N_i|) (eq. 4).</summary>
    public CsrMatrix Symmetric() =>
        Matrix((user, item) => (float)(1.0 / Math.Sqrt((double)UserDegrees[user] * ItemDegrees[item])));

    /// <summary>1/|N_u|: a user's mean.</summary>
    public CsrMatrix UserMean() => Matrix((user, _) => 1f / UserDegrees[user]);

    /// <summary>1/|N_i|: an item's mean, of users.</summary>
    public CsrMatrix ItemMean() => Matrix((_, item) => 1f / ItemDegrees[item]);

    /// <summary>
    /// The graph of an epoch under degree-aware edge dropping (eq. 2): ⌊(1−ρ)|E|⌋ interactions drawn without replacement with
    /// probability proportional to 1/√(deg u · deg i), by the exponential keys of Efraimidis and Spirakis (2006). At least one is kept.
    /// </summary>
    public InteractionGraph Drop(double share, long seed, int epoch)
    {
        int count = users.Length;
        int kept = Math.Max(1, (int)Math.Floor((1 - share) * count));
        var stream = new RandomStream(seed, "edges", epoch);
        var keys = new double[count];
        var order = new int[count];
        for (int e = 0; e < count; e++)
        {
            double rate = 1.0 / Math.Sqrt((double)UserDegrees[users[e]] * ItemDegrees[items[e]]);
            keys[e] = -Math.Log(1.0 - stream.NextDouble()) / rate;
            order[e] = e;
        }

        Array.Sort(keys, order);
        Array.Sort(order, 0, kept);
        var keptUsers = new int[kept];
        var keptItems = new int[kept];
        for (int place = 0; place < kept; place++)
        {
            (keptUsers[place], keptItems[place]) = (users[order[place]], items[order[place]]);
        }

        return new InteractionGraph(UserCount, ItemCount, keptUsers, keptItems);
    }

    public bool Contains(int user, int item) => Ones.RowColumns(user).BinarySearch(item) >= 0;

    private static int[] Degrees(int[] ends, int count)
    {
        var degrees = new int[count];
        foreach (int end in ends)
        {
            degrees[end]++;
        }

        return degrees;
    }

    private CsrMatrix Matrix(Func<int, int, float> weight)
    {
        var values = new float[users.Length];
        for (int e = 0; e < values.Length; e++)
        {
            values[e] = weight(users[e], items[e]);
        }

        return CsrMatrix.FromEntries(UserCount, ItemCount, users, items, values);
    }
}
