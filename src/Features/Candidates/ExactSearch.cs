using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Exact search where the engine is a device of its own: the ranking stays there and only the lists come back, a block of queries
/// at a time.
/// </summary>
internal static class ExactSearch
{
    private const int BlockQueries = 8192;
    private const int BlockItems = 8192;

    internal static void Run(
        SearchSpace space,
        CandidateList target,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        CsrMatrix self = CsrMatrix.Identity(space.Count);
        using Tensor items = space.Unit(engine, SearchSpace.Places(0, space.Count));
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

    /// <summary>
    /// The exact lists of some of the searchable items, all numbered by place: the items they are compared with come a block at a time.
    /// </summary>
    internal static TopItems Sample(SearchSpace space, int[] places, int count, IEngine engine, CancellationToken cancellation)
    {
        var lists = new TopItems(places.Length, count);
        Array.Fill(lists.Items, -1);
        var merge = new ListMerge(lists.Items, lists.Scores, count);
        int[] rows = SearchSpace.Places(0, places.Length);
        using Tensor queries = space.Unit(engine, places);
        for (int first = 0; first < space.Count; first += BlockItems)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] block = SearchSpace.Places(first, Math.Min(BlockItems, space.Count - first));
            using IDisposable step = engine.BeginStep(gradients: false);
            merge.Search(engine, queries, space.Unit(engine, block), rows, places, block);
        }

        return lists;
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
}
