using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// The pairs of an epoch: as many interactions as there are for training, or one a user, each with a negative that the user has
/// not chosen.
/// </summary>
internal sealed class NegativeSampler
{
    // Scored together: many enough to keep an engine busy, few enough to take no memory that counts.
    private const int CandidatesAtOnce = 1 << 15;

    private readonly InteractionGraph graph;
    private readonly int[] users;
    private readonly int[] items;
    private readonly int[] usableUsers;
    private readonly BatchSampling sampling;
    private readonly long seed;
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
        this.usersWhole = usersWhole;
        this.users = Array.ConvertAll(usable, e => users[e]);
        this.items = Array.ConvertAll(usable, e => items[e]);
        usableUsers = usersWhole || sampling == BatchSampling.Users ? UsableUsers(graph) : [];
        drawnUsers = new int[usersWhole ? usableUsers.Length : usable.Length];
        drawnItems = new int[drawnUsers.Length];
        negatives = new int[drawnUsers.Length];
    }

    /// <summary>Pairs in an epoch.</summary>
    public int Count => drawnUsers.Length;

    public ReadOnlySpan<int> Users(int start, int count) => drawnUsers.AsSpan(start, count);

    public ReadOnlySpan<int> Positives(int start, int count) => drawnItems.AsSpan(start, count);

    public ReadOnlySpan<int> Negatives(int start, int count) => negatives.AsSpan(start, count);

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
            negatives[place] = Negative(drawnUsers[place], ref stream);
        }
    }

    /// <summary>
    /// Draws further candidates for each of the epoch's negatives and keeps the one with the largest score, the first of equal ones.
    /// Outside of any step.
    /// </summary>
    /// <param name="engine">Where to compute.</param>
    /// <param name="scores">How the model scores.</param>
    /// <param name="candidates">Candidates for each negative, what was drawn included.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    public void KeepHardest(IEngine engine, InnerProducts scores, int candidates, int epoch)
    {
        var stream = new RandomStream(seed, "negative candidates", epoch);
        using Tensor userRows = engine.Constant(scores.Users);
        using Tensor itemRows = engine.Constant(scores.Items);
        int block = Math.Max(1, CandidatesAtOnce / candidates);
        for (int first = 0; first < negatives.Length; first += block)
        {
            ReadOnlySpan<int> ofUsers = Users(first, Math.Min(block, negatives.Length - first));
            Span<int> kept = negatives.AsSpan(first, ofUsers.Length);
            int[] drawn = new int[ofUsers.Length * candidates];
            for (int place = 0; place < drawn.Length; place++)
            {
                int row = place / candidates;
                drawn[place] = place % candidates == 0 ? kept[row] : Negative(ofUsers[row], ref stream);
            }

            Matrix dots = Dots(engine, userRows, itemRows, ofUsers, drawn);
            for (int row = 0; row < kept.Length; row++)
            {
                kept[row] = drawn[(row * candidates) + FirstLargest(dots.Row(row))];
            }
        }
    }

    /// <summary>All of the epoch's negatives, a copy.</summary>
    public int[] CopyNegatives() => [.. negatives];

    /// <summary>Puts such a copy back after its epoch has been drawn again.</summary>
    public void RestoreNegatives(int[] kept) => kept.CopyTo(negatives, 0);

    private static Matrix Dots(IEngine engine, Tensor users, Tensor items, ReadOnlySpan<int> userNumbers, int[] itemNumbers)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        using IndexTensor ofUsers = engine.Indices(userNumbers, 1, users.Rows);
        using IndexTensor ofItems = engine.Indices(itemNumbers, itemNumbers.Length / userNumbers.Length, items.Rows);
        return engine.Read(users.Gather(ofUsers).RowDots(items, ofItems));
    }

    private static int FirstLargest(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int place = 1; place < values.Length; place++)
        {
            best = values[place] > values[best] ? place : best;
        }

        return best;
    }

    private int Negative(int user, ref RandomStream stream)
    {
        int negative;
        do
        {
            negative = stream.NextInt32(graph.ItemCount);
        } while (graph.Contains(user, negative));

        return negative;
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
