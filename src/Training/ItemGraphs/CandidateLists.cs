namespace CranePipeline.Training;

/// <summary>Each item's candidate neighbours: the union over modalities, the item itself left out.</summary>
internal sealed class CandidateLists
{
    private CandidateLists(int itemCount, int width, int[] items, int[] counts) =>
        (ItemCount, Width, Items, Counts) = (itemCount, width, items, counts);

    public int ItemCount { get; }

    /// <summary>Places for each item.</summary>
    public int Width { get; }

    /// <summary><c>[items × width]</c>, ascending within an item; places beyond <see cref="Counts"/> hold the item itself.</summary>
    public int[] Items { get; }

    /// <summary>Candidates of each item.</summary>
    public int[] Counts { get; }

    /// <summary>The modalities' candidates together; modalities without any add none.</summary>
    public static CandidateLists Union(int itemCount, IReadOnlyList<ModalityInput> modalities) =>
        Union(itemCount, [.. modalities.Where(static m => m.Candidates is not null).Select(static m => m.Candidates!)]);

    public static CandidateLists Union(int itemCount, IReadOnlyList<int[]> lists)
    {
        var rows = new int[itemCount][];
        var gathered = new List<int>();
        int width = 1;
        for (int item = 0; item < itemCount; item++)
        {
            gathered.Clear();
            foreach (int[] list in lists)
            {
                int each = list.Length / itemCount;
                foreach (int other in list.AsSpan(item * each, each))
                {
                    if (other >= 0 && other != item)
                    {
                        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(other, itemCount);
                        gathered.Add(other);
                    }
                }
            }

            gathered.Sort();
            rows[item] = Distinct(gathered);
            width = Math.Max(width, rows[item].Length);
        }

        var items = new int[itemCount * width];
        var counts = new int[itemCount];
        for (int item = 0; item < itemCount; item++)
        {
            Span<int> row = items.AsSpan(item * width, width);
            row.Fill(item);
            rows[item].CopyTo(row);
            counts[item] = rows[item].Length;
        }

        return new CandidateLists(itemCount, width, items, counts);
    }

    private static int[] Distinct(List<int> ascending)
    {
        int kept = 0;
        for (int place = 0; place < ascending.Count; place++)
        {
            if (place == 0 || ascending[place] != ascending[place - 1])
            {
                ascending[kept++] = ascending[place];
            }
        }

        return ascending.GetRange(0, kept).ToArray();
    }
}
