using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>One batch's row numbers on the engine.</summary>
internal sealed class BatchIndices : IDisposable
{
    public BatchIndices(
        IEngine engine,
        InteractionGraph graph,
        ReadOnlySpan<int> users,
        ReadOnlySpan<int> positives,
        ReadOnlySpan<int> negatives
    )
    {
        Users = engine.Indices(users, 1, graph.UserCount);
        Positives = engine.Indices(positives, 1, graph.ItemCount);
        Negatives = engine.Indices(negatives, 1, graph.ItemCount);
        DistinctUsers = engine.Indices(Distinct(users), 1, graph.UserCount);
        DistinctItems = engine.Indices(Distinct(positives), 1, graph.ItemCount);
    }

    public IndexTensor Users { get; }

    public IndexTensor Positives { get; }

    public IndexTensor Negatives { get; }

    public IndexTensor DistinctUsers { get; }

    public IndexTensor DistinctItems { get; }

    public void Dispose()
    {
        Users.Dispose();
        Positives.Dispose();
        Negatives.Dispose();
        DistinctUsers.Dispose();
        DistinctItems.Dispose();
    }

    private static ReadOnlySpan<int> Distinct(ReadOnlySpan<int> values)
    {
        int[] sorted = values.ToArray();
        Array.Sort(sorted);
        int kept = 0;
        for (int place = 0; place < sorted.Length; place++)
        {
            if (place == 0 || sorted[place] != sorted[place - 1])
            {
                sorted[kept++] = sorted[place];
            }
        }

        return sorted.AsSpan(0, kept);
    }
}
