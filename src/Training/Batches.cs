using CranePipeline.Storage;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The batches of an epoch: every training interaction once, in a shuffled order, each with a sampled negative item.</summary>
internal sealed class Batches
{
    private readonly InteractionGraph graph;
    private readonly int[] users;
    private readonly int[] items;
    private readonly long seed;
    private readonly int[] shuffledUsers;
    private readonly int[] shuffledItems;
    private readonly int[] negatives;

    public Batches(InteractionGraph graph, int[] users, int[] items, long seed)
    {
        // A user of every item has no negative, so nothing can be learned from that user's pairs.
        int[] usable = [.. Enumerable.Range(0, users.Length).Where(e => graph.UserDegrees[users[e]] < graph.ItemCount)];
        if (usable.Length == 0)
        {
            throw new InputException("Every user has chosen every item, so there is nothing to rank: check the interactions.");
        }

        (this.graph, this.seed) = (graph, seed);
        this.users = Array.ConvertAll(usable, e => users[e]);
        this.items = Array.ConvertAll(usable, e => items[e]);
        shuffledUsers = new int[usable.Length];
        shuffledItems = new int[usable.Length];
        negatives = new int[usable.Length];
    }

    /// <summary>Interactions in an epoch.</summary>
    public int Count => users.Length;

    public ReadOnlySpan<int> Users(int start, int count) => shuffledUsers.AsSpan(start, count);

    public ReadOnlySpan<int> Positives(int start, int count) => shuffledItems.AsSpan(start, count);

    public ReadOnlySpan<int> Negatives(int start, int count) => negatives.AsSpan(start, count);

    /// <summary>Shuffles and samples for one epoch, a function of the seed and the epoch alone.</summary>
    public void Shuffle(int epoch)
    {
        var order = new int[users.Length];
        for (int e = 0; e < order.Length; e++)
        {
            order[e] = e;
        }

        new RandomStream(seed, "batches", epoch).Shuffle(order.AsSpan());
        var stream = new RandomStream(seed, "negatives", epoch);
        for (int place = 0; place < order.Length; place++)
        {
            int user = users[order[place]];
            int negative;
            do
            {
                negative = stream.NextInt32(graph.ItemCount);
            } while (graph.Contains(user, negative));

            (shuffledUsers[place], shuffledItems[place], negatives[place]) = (user, items[order[place]], negative);
        }
    }
}
