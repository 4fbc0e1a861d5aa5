using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>K neighbours of every item. Where an item has fewer, the rest of its places hold the item itself and mask 0.</summary>
internal sealed class NeighbourTable
{
    public NeighbourTable(int itemCount, int neighbours, int[] items, float[] mask)
    {
        (ItemCount, Neighbours, Items, Mask) = (itemCount, neighbours, items, mask);
        IsFull = Array.TrueForAll(mask, static m => m == 1f);
    }

    public int ItemCount { get; }

    public int Neighbours { get; }

    /// <summary><c>[items × K]</c>.</summary>
    public int[] Items { get; }

    /// <summary><c>[items × K]</c>: 1 for a neighbour, 0 for filling.</summary>
    public float[] Mask { get; }

    /// <summary>Whether every item has K neighbours.</summary>
    public bool IsFull { get; }

    /// <summary>
    /// The K candidates with the largest similarity, equal ones by item number, in ascending order of item number; and their
    /// similarities, <c>[items × K]</c>.
    /// </summary>
    /// <param name="candidates">Whom to choose among.</param>
    /// <param name="similarity"><c>[items × candidates.Width]</c>.</param>
    /// <param name="neighbours">K.</param>
    public static (NeighbourTable Table, Matrix Similarity) Choose(CandidateLists candidates, Matrix similarity, int neighbours)
    {
        int count = candidates.ItemCount;
        int width = candidates.Width;
        var table = new Builder(count, neighbours);
        Parallel.For(
            0,
            count,
            () => (Order: new int[width], Keys: new float[width]),
            (item, _, scratch) =>
            {
                int eligible = candidates.Counts[item];
                for (int place = 0; place < eligible; place++)
                {
                    // Ascending sort of negated similarities; candidates ascend, and the tie-break below keeps them so.
                    (scratch.Order[place], scratch.Keys[place]) = (place, -similarity[item, place]);
                }

                float[] keys = scratch.Keys;
                Span<int> order = scratch.Order.AsSpan(0, eligible);
                order.Sort((a, b) => keys[a] == keys[b] ? a.CompareTo(b) : keys[a].CompareTo(keys[b]));
                int kept = Math.Min(neighbours, eligible);
                order[..kept].Sort();
                for (int place = 0; place < kept; place++)
                {
                    int chosen = order[place];
                    table.Set(item, place, candidates.Items[(item * width) + chosen], similarity[item, chosen]);
                }

                return scratch;
            },
            static _ => { }
        );
        return table.Build();
    }

    /// <summary>From the engine's search over all items.</summary>
    public static (NeighbourTable Table, Matrix Similarity) FromSearch(TopItems found)
    {
        var table = new Builder(found.QueryCount, found.K);
        for (int item = 0; item < found.QueryCount; item++)
        {
            int[] others = found.Items.AsSpan(item * found.K, found.K).ToArray();
            float[] scores = found.Scores.AsSpan(item * found.K, found.K).ToArray();
            int kept = Array.IndexOf(others, -1) is >= 0 and int end ? end : found.K;
            Array.Sort(others, scores, 0, kept);
            for (int place = 0; place < kept; place++)
            {
                table.Set(item, place, others[place], scores[place]);
            }
        }

        return table.Build();
    }

    private sealed class Builder
    {
        private readonly int[] items;
        private readonly float[] mask;
        private readonly Matrix similarity;

        public Builder(int count, int neighbours)
        {
            items = new int[count * neighbours];
            mask = new float[count * neighbours];
            similarity = new Matrix(count, neighbours);
            for (int item = 0; item < count; item++)
            {
                items.AsSpan(item * neighbours, neighbours).Fill(item);
            }
        }

        public void Set(int item, int place, int other, float value)
        {
            int entry = (item * similarity.Columns) + place;
            (items[entry], mask[entry], similarity.Values[entry]) = (other, 1f, value);
        }

        public (NeighbourTable Table, Matrix Similarity) Build() =>
            (new NeighbourTable(similarity.Rows, similarity.Columns, items, mask), similarity);
    }
}
