using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// The pairs of one step: users, positive items, and negative items that they have not chosen. Made before the step, used within it.
/// </summary>
public sealed class Batch : IDisposable
{
    private readonly IEngine engine;
    private readonly InteractionGraph graph;
    private readonly int[] users;
    private readonly int[] positives;
    private readonly int[] negatives;
    private IndexTensor? userIndices;
    private IndexTensor? positiveIndices;
    private IndexTensor? negativeIndices;
    private BatchRows? rows;

    internal Batch(IEngine engine, InteractionGraph graph, NegativeSampler pairs, int start, int count, int epoch, int step)
    {
        (this.engine, this.graph, Epoch, Step) = (engine, graph, epoch, step);
        users = pairs.Users(start, count).ToArray();
        positives = pairs.Positives(start, count).ToArray();
        negatives = pairs.Negatives(start, count).ToArray();
    }

    /// <summary>Pairs of user and positive item.</summary>
    public int Count => users.Length;

    /// <summary>Epoch, from 0.</summary>
    public int Epoch { get; }

    /// <summary>Step within the epoch, from 1.</summary>
    public int Step { get; }

    /// <summary>Each pair's user, <c>[count × 1]</c>.</summary>
    public IndexTensor Users => userIndices ??= engine.Indices(users, 1, graph.UserCount);

    /// <summary>Each pair's positive item, <c>[count × 1]</c>.</summary>
    public IndexTensor Positives => positiveIndices ??= engine.Indices(positives, 1, graph.ItemCount);

    /// <summary>Each pair's negative item, <c>[count × 1]</c>.</summary>
    public IndexTensor Negatives => negativeIndices ??= engine.Indices(negatives, 1, graph.ItemCount);

    /// <summary>The same as row numbers among the batch's distinct users and items.</summary>
    public BatchRows Rows => rows ??= new BatchRows(engine, graph, users, positives, negatives);

    /// <summary>Random numbers of this step for one purpose, the same whenever the step is made again.</summary>
    public RandomStream Stream(long seed, string purpose) => new(seed, purpose, ((long)Epoch << 32) | (uint)Step);

    /// <summary>Each pair's user, on the host.</summary>
    public ReadOnlySpan<int> UserNumbers => users;

    /// <summary>Each pair's positive item, on the host.</summary>
    public ReadOnlySpan<int> PositiveNumbers => positives;

    /// <summary>Each pair's negative item, on the host.</summary>
    public ReadOnlySpan<int> NegativeNumbers => negatives;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        userIndices?.Dispose();
        positiveIndices?.Dispose();
        negativeIndices?.Dispose();
        rows?.Dispose();
    }
}
