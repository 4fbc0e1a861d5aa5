using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// The pairs of an epoch: as many interactions as there are for training, or one a user, each with negatives the user has not
/// chosen.
/// </summary>
internal sealed class NegativeSampler
{
    private readonly InteractionGraph graph;
    private readonly int[] users;
    private readonly int[] items;
    private readonly int[] usableUsers;
    private readonly BatchSampling sampling;
    private readonly long seed;
    private readonly int perPositive;
    private readonly bool usersWhole;
    private readonly int[] drawnUsers;
    private readonly int[] drawnItems;
    private readonly int[] negatives;

    public NegativeSampler(
        InteractionGraph graph,
        int[] users,
        int[] items,
        BatchSampling sampling,
        long seed,
        int perPositive = 1,
        bool usersWhole = false
    )
    {
        // A user of every item has no negative, so nothing can be learned from that user's pairs.
        int[] usable = [.. Enumerable.Range(0, users.Length).Where(e => graph.UserDegrees[users[e]] < graph.ItemCount)];
        if (usable.Length == 0)
        {
            throw new InputException("Every user has chosen every item, so there is nothing to rank: check the interactions.");
        }

        (this.graph, this.sampling, this.seed) = (graph, sampling, seed);
        (this.perPositive, this.usersWhole) = (perPositive, usersWhole);
        this.users = Array.ConvertAll(usable, e => users[e]);
        this.items = Array.ConvertAll(usable, e => items[e]);
        usableUsers = usersWhole || sampling == BatchSampling.Users ? UsableUsers(graph) : [];
        drawnUsers = new int[usersWhole ? usableUsers.Length : usable.Length];
        drawnItems = new int[drawnUsers.Length];
        negatives = new int[checked(drawnUsers.Length * perPositive)];
    }

    /// <summary>Pairs in an epoch.</summary>
    public int Count => drawnUsers.Length;

    public ReadOnlySpan<int> Users(int start, int count) => drawnUsers.AsSpan(start, count);

    public ReadOnlySpan<int> Positives(int start, int count) => drawnItems.AsSpan(start, count);

    /// <summary>Pair after pair, as many for each as the model asks for.</summary>
    public ReadOnlySpan<int> Negatives(int start, int count) => negatives.AsSpan(start * perPositive, count * perPositive);

    /// <summary>Draws one epoch's positives and negatives, a function of the seed and the epoch alone.</summary>
    public void Draw(int epoch)
    {
        if (usersWhole)
        {
            ShuffleUsers(epoch);
        }
        else if (sampling == BatchSampling.Users)
        {
            DrawUsers(epoch);
        }
        else
        {
            Shuffle(epoch);
        }

        var stream = new RandomStream(seed, "negatives", epoch);
        for (int place = 0; place < negatives.Length; place++)
        {
            int user = drawnUsers[place / perPositive];
            int negative;
            do
            {
                negative = stream.NextInt32(graph.ItemCount);
            } while (graph.Contains(user, negative));

            negatives[place] = negative;
        }
    }

    // Users with interactions, ascending, but for those of every item.
    private static int[] UsableUsers(InteractionGraph graph)
    {
        var usable = new List<int>();
        for (int user = 0; user < graph.UserCount; user++)
        {
            if (graph.UserDegrees[user] > 0 && graph.UserDegrees[user] < graph.ItemCount)
            {
                usable.Add(user);
            }
        }

        return [.. usable];
    }

    private void Shuffle(int epoch)
    {
        var order = new int[users.Length];
        for (int e = 0; e < order.Length; e++)
        {
            order[e] = e;
        }

        new RandomStream(seed, "batches", epoch).Shuffle(order.AsSpan());
        for (int place = 0; place < order.Length; place++)
        {
            (drawnUsers[place], drawnItems[place]) = (users[order[place]], items[order[place]]);
        }
    }

    // Every user once, with the first of the user's items to make a pair of it.
    private void ShuffleUsers(int epoch)
    {
        usableUsers.CopyTo(drawnUsers, 0);
        new RandomStream(seed, "batches", epoch).Shuffle(drawnUsers.AsSpan());
        for (int place = 0; place < drawnUsers.Length; place++)
        {
            drawnItems[place] = graph.Ones.RowColumns(drawnUsers[place])[0];
        }
    }

    private void DrawUsers(int epoch)
    {
        var stream = new RandomStream(seed, "batches", epoch);
        for (int place = 0; place < drawnUsers.Length; place++)
        {
            int user = usableUsers[stream.NextInt32(usableUsers.Length)];
            ReadOnlySpan<int> chosen = graph.Ones.RowColumns(user);
            (drawnUsers[place], drawnItems[place]) = (user, chosen[stream.NextInt32(chosen.Length)]);
        }
    }
}
