namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// The best of one query so far: a heap with the worst on top. Score and item are one 64-bit key that orders by score and then by
/// descending item number, so that a comparison is one instruction.
/// </summary>
internal sealed unsafe class TopHeap(ulong* keys, int capacity)
{
    private int count;

    /// <summary>What a score must exceed to enter. Items come in ascending order, so of equal scores the one that is there is the better.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <summary>Puts an item in, for the worst one where the heap is full.</summary>
    public void Insert(int item, float score)
    {
        ulong key = Key(item, score);
        int at;
        if (count < capacity)
        {
            at = count++;
            while (at > 0 && key < keys[(at - 1) / 2])
            {
                keys[at] = keys[(at - 1) / 2];
                at = (at - 1) / 2;
            }

            keys[at] = key;
        }
        else
        {
            at = 0;
            int child = 1;
            while (child < count)
            {
                child += child + 1 < count && keys[child + 1] < keys[child] ? 1 : 0;
                if (keys[child] >= key)
                {
                    break;
                }

                keys[at] = keys[child];
                at = child;
                child = (2 * at) + 1;
            }

            keys[at] = key;
        }

        if (count == capacity)
        {
            Threshold = Score(keys[0]);
        }
    }

    /// <summary>Writes the best first; unused places get item −1 and score −∞.</summary>
    public void Drain(Span<int> items, Span<float> scores)
    {
        new Span<ulong>(keys, count).Sort();
        for (int place = 0; place < count; place++)
        {
            ulong key = keys[count - 1 - place];
            items[place] = (int)~(uint)key;
            scores[place] = Score(key);
        }

        items[count..].Fill(-1);
        scores[count..].Fill(float.NegativeInfinity);
    }

    private static ulong Key(int item, float score)
    {
        // Adding zero makes −0 a 0. Positive floats order as their bits do, negative ones the other way round.
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        uint ordered = (int)bits < 0 ? ~bits : bits | 0x80000000u;
        return ((ulong)ordered << 32) | ~(uint)item;
    }

    private static float Score(ulong key)
    {
        uint ordered = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((int)ordered < 0 ? ordered & 0x7FFFFFFFu : ~ordered);
    }
}
