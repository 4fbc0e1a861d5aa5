using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// The best places found so far for every query, kept sorted by similarity and then by place. Merging sorted runs under a total order gives the
/// same list whatever order they come in.
/// </summary>
internal sealed class ListMerge(int queryCount, int count)
{
    private readonly int[] places = NewPlaces(queryCount, count);
    private readonly float[] scores = new float[queryCount * count];

    internal int Count => count;

    internal ReadOnlySpan<int> Places(int query)
    {
        ReadOnlySpan<int> row = places.AsSpan(query * count, count);
        int end = row.IndexOf(-1);
        return end < 0 ? row : row[..end];
    }

    /// <summary>Merges the results of some queries over the members of one list; a query's own place is passed over.</summary>
    internal void Add(int[] queries, int[] members, TopItems top) =>
        Parallel.For(
            0,
            queries.Length,
            () => (new int[count], new float[count]),
            (query, _, scratch) =>
            {
                int row = queries[query] * count;
                Merge(
                    queries[query],
                    places.AsSpan(row, count),
                    scores.AsSpan(row, count),
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

    internal void WriteTo(SearchSpace space, CandidateList target)
    {
        for (int query = 0; query < queryCount; query++)
        {
            int to = space.ItemOf[query] * count;
            ReadOnlySpan<int> found = Places(query);
            for (int rank = 0; rank < found.Length; rank++)
            {
                target.Items[to + rank] = space.ItemOf[found[rank]];
                target.Similarities[to + rank] = Math.Clamp(scores[(query * count) + rank], -1f, 1f);
            }
        }
    }

    private static void Merge(
        int self,
        Span<int> bestPlaces,
        Span<float> bestScores,
        int[] members,
        ReadOnlySpan<int> newItems,
        ReadOnlySpan<float> newScores,
        int[] mergedPlaces,
        float[] mergedScores
    )
    {
        int old = 0;
        int next = 0;
        int length = 0;
        while (length < bestPlaces.Length)
        {
            while (next < newItems.Length && newItems[next] >= 0 && members[newItems[next]] == self)
            {
                next++;
            }

            bool hasOld = old < bestPlaces.Length && bestPlaces[old] >= 0;
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
                    || (bestScores[old] == newScores[next] && bestPlaces[old] < members[newItems[next]])
                );
            mergedPlaces[length] = takeOld ? bestPlaces[old] : members[newItems[next]];
            mergedScores[length++] = takeOld ? bestScores[old++] : newScores[next++];
        }

        mergedPlaces.AsSpan(0, length).CopyTo(bestPlaces);
        mergedScores.AsSpan(0, length).CopyTo(bestScores);
    }

    private static int[] NewPlaces(int queries, int count)
    {
        var places = new int[checked(queries * count)];
        Array.Fill(places, -1);
        return places;
    }
}
