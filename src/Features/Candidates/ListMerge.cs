using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// The best items found so far for every row, kept sorted by score and then by item in arrays that are the result. Merging sorted
/// runs under a total order gives the same list whatever order they come in.
/// </summary>
/// <param name="items"><c>[rows × count]</c>; −1 in the places that are empty yet.</param>
/// <param name="scores"><c>[rows × count]</c>; left alone in empty places.</param>
/// <param name="count">Most items kept for a row.</param>
internal sealed class ListMerge(int[] items, float[] scores, int count)
{
    private readonly TopItemsBuffer buffer = new();

    /// <summary>
    /// Looks for some queries among a few members, which are ascending, and merges what it finds; a query itself is passed over.
    /// </summary>
    /// <param name="engine">Whose open step it is.</param>
    /// <param name="queryVectors"><c>[queries × width]</c>.</param>
    /// <param name="memberVectors"><c>[members × width]</c>.</param>
    /// <param name="rows">The row of each query.</param>
    /// <param name="queries">Which item each query is.</param>
    /// <param name="members">Which item each member is.</param>
    internal void Search(
        IEngine engine,
        Tensor queryVectors,
        Tensor memberVectors,
        ReadOnlyMemory<int> rows,
        ReadOnlyMemory<int> queries,
        int[] members
    )
    {
        // One more than wanted, because the query itself may be among them.
        TopItems top = buffer.Of(queries.Length, Math.Min(count + 1, members.Length));
        engine.TopItems(queryVectors, memberVectors, top);
        Add(rows, queries, members, top);
    }

    private void Add(ReadOnlyMemory<int> rows, ReadOnlyMemory<int> queries, int[] members, TopItems top) =>
        Parallel.For(
            0,
            top.QueryCount,
            () => (new int[count], new float[count]),
            (query, _, scratch) =>
            {
                int start = rows.Span[query] * count;
                Merge(
                    queries.Span[query],
                    items.AsSpan(start, count),
                    scores.AsSpan(start, count),
                    members,
                    top.Items.AsSpan(query * top.K, top.K),
                    top.Scores.AsSpan(query * top.K, top.K),
                    scratch.Item1,
                    scratch.Item2
                );
                return scratch;
            },
            _ => { }
        );

    private static void Merge(
        int self,
        Span<int> bestItems,
        Span<float> bestScores,
        int[] members,
        ReadOnlySpan<int> newItems,
        ReadOnlySpan<float> newScores,
        int[] mergedItems,
        float[] mergedScores
    )
    {
        int old = 0;
        int next = 0;
        int length = 0;
        while (length < bestItems.Length)
        {
            while (next < newItems.Length && newItems[next] >= 0 && members[newItems[next]] == self)
            {
                next++;
            }

            bool hasOld = old < bestItems.Length && bestItems[old] >= 0;
            bool hasNew = next < newItems.Length && newItems[next] >= 0;
            if (!hasOld && !hasNew)
            {
                break;
            }

            bool takeOld =
                hasOld
                && (
                    !hasNew
                    || bestScores[old] > newScores[next]
                    || (bestScores[old] == newScores[next] && bestItems[old] < members[newItems[next]])
                );
            mergedItems[length] = takeOld ? bestItems[old] : members[newItems[next]];
            mergedScores[length++] = takeOld ? bestScores[old++] : newScores[next++];
        }

        mergedItems.AsSpan(0, length).CopyTo(bestItems);
        mergedScores.AsSpan(0, length).CopyTo(bestScores);
    }
}
