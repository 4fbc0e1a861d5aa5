namespace CranePipeline.Features;

/// <summary>
/// For every place the best places seen so far, as a heap whose root is the worst of them. A place must be offered its neighbours
/// in ascending order: then an equally similar one never displaces an earlier one, which is the rule of ties.
/// </summary>
internal sealed class NearestHeaps
{
    private readonly int count;
    private readonly int[] places;
    private readonly float[] scores;
    private readonly int[] sizes;

    internal NearestHeaps(int rows, int count)
    {
        this.count = count;
        places = new int[checked(rows * count)];
        scores = new float[places.Length];
        sizes = new int[rows];
        Thresholds = new float[rows];
        Array.Fill(Thresholds, float.NegativeInfinity);
    }

    /// <summary>What a score must exceed to be kept, for each place.</summary>
    internal float[] Thresholds { get; }

    internal void Offer(int row, int place, float score)
    {
        Span<int> heapPlaces = places.AsSpan(row * count, count);
        Span<float> heapScores = scores.AsSpan(row * count, count);
        int size = sizes[row];
        if (size < count)
        {
            int at = size;
            while (at > 0 && Worse(score, place, heapScores[(at - 1) / 2], heapPlaces[(at - 1) / 2]))
            {
                int parent = (at - 1) / 2;
                (heapScores[at], heapPlaces[at]) = (heapScores[parent], heapPlaces[parent]);
                at = parent;
            }

            (heapScores[at], heapPlaces[at]) = (score, place);
            sizes[row] = ++size;
        }
        else
        {
            SiftDown(heapPlaces, heapScores, size, place, score);
        }

        if (size == count)
        {
            Thresholds[row] = heapScores[0];
        }
    }

    /// <summary>Best first into the result; the heaps are spent.</summary>
    internal void WriteTo(SearchSpace space, CandidateList target) =>
        Parallel.For(
            0,
            sizes.Length,
            row =>
            {
                Span<int> heapPlaces = places.AsSpan(row * count, count);
                Span<float> heapScores = scores.AsSpan(row * count, count);
                int to = space.ItemOf[row] * count;
                for (int rank = sizes[row] - 1; rank >= 0; rank--)
                {
                    target.Items[to + rank] = space.ItemOf[heapPlaces[0]];
                    target.Similarities[to + rank] = Math.Clamp(heapScores[0], -1f, 1f);
                    SiftDown(heapPlaces, heapScores, rank, heapPlaces[rank], heapScores[rank]);
                }
            }
        );

    // Puts an entry in the place of the root.
    private static void SiftDown(Span<int> heapPlaces, Span<float> heapScores, int size, int place, float score)
    {
        if (size == 0)
        {
            return;
        }

        int at = 0;
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= size)
            {
                break;
            }

            int right = child + 1;
            if (right < size && Worse(heapScores[right], heapPlaces[right], heapScores[child], heapPlaces[child]))
            {
                child = right;
            }

            if (!Worse(heapScores[child], heapPlaces[child], score, place))
            {
                break;
            }

            (heapScores[at], heapPlaces[at]) = (heapScores[child], heapPlaces[child]);
            at = child;
        }

        (heapScores[at], heapPlaces[at]) = (score, place);
    }

    private static bool Worse(float score, int place, float otherScore, int otherPlace) =>
        score < otherScore || (score == otherScore && place > otherPlace);
}
