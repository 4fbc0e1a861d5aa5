namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// The best of one query so far: a heap in the result's own memory with the worst on top. Items come in ascending order, so of
/// equal scores the one that is there is the better.
/// </summary>
internal sealed class TopHeap(Memory<int> items, Memory<float> scores)
{
    private int count;

    /// <summary>What a score must exceed to enter.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <summary>Puts an item in, for the worst one where the heap is full.</summary>
    public void Insert(int item, float score)
    {
        Span<int> kept = items.Span;
        Span<float> values = scores.Span;
        if (count < kept.Length)
        {
            int at = count++;
            while (at > 0 && IsWorse(score, item, values[(at - 1) / 2], kept[(at - 1) / 2]))
            {
                (kept[at], values[at]) = (kept[(at - 1) / 2], values[(at - 1) / 2]);
                at = (at - 1) / 2;
            }

            (kept[at], values[at]) = (item, score);
        }
        else
        {
            Sink(kept, values, count, item, score);
        }

        if (count == kept.Length)
        {
            Threshold = values[0];
        }
    }

    /// <summary>Puts the best first; unused places get item −1 and score −∞.</summary>
    public void Sort()
    {
        Span<int> kept = items.Span;
        Span<float> values = scores.Span;
        for (int last = count - 1; last > 0; last--)
        {
            (int item, float score) = (kept[last], values[last]);
            (kept[last], values[last]) = (kept[0], values[0]);
            Sink(kept, values, last, item, score);
        }

        kept[count..].Fill(-1);
        values[count..].Fill(float.NegativeInfinity);
    }

    private static bool IsWorse(float scoreA, int itemA, float scoreB, int itemB) =>
        scoreA < scoreB || (scoreA == scoreB && itemA > itemB);

    // Puts an item in the place of the top of the first length ones.
    private static void Sink(Span<int> items, Span<float> scores, int length, int item, float score)
    {
        int at = 0;
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= length)
            {
                break;
            }

            if (child + 1 < length && IsWorse(scores[child + 1], items[child + 1], scores[child], items[child]))
            {
                child++;
            }

            if (!IsWorse(scores[child], items[child], score, item))
            {
                break;
            }

            (items[at], scores[at]) = (items[child], scores[child]);
            at = child;
        }

        (items[at], scores[at]) = (item, score);
    }
}
