using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// The best of one query so far: whatever passes a threshold is appended, and now and then all but the best are dropped and the threshold
/// rises. Score and item are one 64-bit <see cref="RankKey"/>, all different, so the best are the same however often that happens.
/// </summary>
/// <param name="keys">Memory of <see cref="Capacity"/> keys.</param>
/// <param name="wanted">How many are wanted in the end.</param>
internal unsafe struct TopBuffer(ulong* keys, int wanted)
{
    private int count;

    // What a score must exceed to enter. Items come in ascending order, so of equal scores the one that is there is the better.
    private float threshold = float.NegativeInfinity;

    /// <summary>Keys there must be room for when <paramref name="columns"/> scores at most are offered at once.</summary>
    public static int Capacity(int wanted, int columns) => checked(wanted + (wanted / 2) + 32 + columns);

    /// <summary>Offers the scores of the items <paramref name="first"/>, first + 1, ….</summary>
    public void Offer(Kernel kernel, float* scores, int columns, int first)
    {
        count += kernel.CollectAbove(scores, columns, threshold, first, keys + count);
        if (count >= wanted + (wanted / 2) + 32)
        {
            Compact();
        }
    }

    /// <summary>Writes the best first; unused places get item −1 and score −∞.</summary>
    public void Drain(Span<int> items, Span<float> scores)
    {
        if (count > wanted)
        {
            Compact();
        }

        new Span<ulong>(keys, count).Sort();
        for (int place = 0; place < count; place++)
        {
            ulong key = keys[count - 1 - place];
            items[place] = RankKey.Item(key);
            scores[place] = RankKey.Score(key);
        }

        items[count..].Fill(-1);
        scores[count..].Fill(float.NegativeInfinity);
    }

    // Brings the largest keys to the front by quickselect. The partition swaps always and counts instead of branching, for which
    // way a key goes cannot be predicted.
    private void Compact()
    {
        int low = 0;
        int high = count - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            Order(low, middle);
            Order(low, high);
            Order(high, middle);
            // The median of three is at the end now.
            ulong pivot = keys[high];
            int at = low;
            for (int i = low; i < high; i++)
            {
                ulong key = keys[i];
                keys[i] = keys[at];
                keys[at] = key;
                at += key > pivot ? 1 : 0;
            }

            keys[high] = keys[at];
            keys[at] = pivot;
            if (at == wanted - 1)
            {
                break;
            }

            (low, high) = at < wanted - 1 ? (at + 1, high) : (low, at - 1);
        }

        count = wanted;
        threshold = RankKey.Score(keys[wanted - 1]);
    }

    // Puts the larger of two keys first.
    private readonly void Order(int a, int b)
    {
        if (keys[a] < keys[b])
        {
            (keys[a], keys[b]) = (keys[b], keys[a]);
        }
    }
}
