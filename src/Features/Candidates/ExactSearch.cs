using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Exact search where the engine is a device of its own: the ranking stays there and only the lists come back, a block of queries at a time.
/// </summary>
internal static class ExactSearch
{
    private const int BlockQueries = 8192;

    internal static void Run(
        SearchSpace space,
        CandidateList target,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        CsrMatrix self = Diagonal(space.Count);
        using Tensor items = engine.Constant(space.Unit());
        for (int first = 0; first < space.Count; first += BlockQueries)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BlockQueries, space.Count - first);
            using (engine.BeginStep(gradients: false))
            {
                Tensor queries = engine.SliceRows(items, first, count);
                TopItems top = engine.TopItems(queries, items, target.Count, self, first);
                for (int query = 0; query < count; query++)
                {
                    Copy(space, top, query, target, space.ItemOf[first + query]);
                }
            }

            progress?.Report(new WorkProgress($"searching {target.Modality} neighbours", "items", first + count, space.Count));
        }
    }

    /// <summary>The exact lists of some of the searchable items, by their places, unmapped.</summary>
    internal static TopItems Sample(SearchSpace space, int[] places, int count, Tensor items, IEngine engine)
    {
        var columns = new int[places.Length];
        var offsets = new int[places.Length + 1];
        var ones = new float[places.Length];
        for (int query = 0; query < places.Length; query++)
        {
            columns[query] = places[query];
            offsets[query + 1] = query + 1;
            ones[query] = 1;
        }

        var self = new CsrMatrix(places.Length, space.Count, offsets, columns, ones);
        using IDisposable step = engine.BeginStep(gradients: false);
        using IndexTensor rows = engine.Indices(places, 1, space.Count);
        return engine.TopItems(engine.GatherRows(items, rows), items, count, self);
    }

    private static void Copy(SearchSpace space, TopItems top, int query, CandidateList target, int item)
    {
        int from = query * top.K;
        int to = item * target.Count;
        for (int place = 0; place < top.K && top.Items[from + place] >= 0; place++)
        {
            target.Items[to + place] = space.ItemOf[top.Items[from + place]];
            target.Similarities[to + place] = Math.Clamp(top.Scores[from + place], -1f, 1f);
        }
    }

    private static CsrMatrix Diagonal(int size)
    {
        var offsets = new int[size + 1];
        var columns = new int[size];
        var ones = new float[size];
        for (int row = 0; row < size; row++)
        {
            offsets[row + 1] = row + 1;
            columns[row] = row;
            ones[row] = 1;
        }

        return new CsrMatrix(size, size, offsets, columns, ones);
    }
}
