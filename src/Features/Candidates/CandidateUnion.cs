namespace CranePipeline.Features;

/// <summary>For every item, the items that are its candidates in at least one modality, ascending.</summary>
/// <param name="Offsets"><c>[items + 1]</c>; item i's candidates are <c>Items[Offsets[i] … Offsets[i + 1])</c>.</param>
/// <param name="Items">Item numbers.</param>
public sealed record CandidateUnion(int[] Offsets, int[] Items)
{
    /// <summary>Number of items.</summary>
    public int ItemCount => Offsets.Length - 1;

    /// <summary>Candidates of one item, ascending.</summary>
    public ReadOnlySpan<int> Of(int item) => Items.AsSpan(Offsets[item], Offsets[item + 1] - Offsets[item]);

    /// <summary>Joins the lists of several modalities of the same items.</summary>
    /// <exception cref="ArgumentException">The lists are of different numbers of items.</exception>
    public static CandidateUnion Of(IReadOnlyList<CandidateList> lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        int itemCount = lists.Count == 0 ? 0 : lists[0].ItemCount;
        int most = 0;
        foreach (CandidateList list in lists)
        {
            if (list.ItemCount != itemCount)
            {
                throw new ArgumentException(
                    $"Candidate lists of {itemCount} and of {list.ItemCount} items do not belong together."
                );
            }

            most += list.Count;
        }

        var offsets = new int[itemCount + 1];
        var items = new GrowingList<int>(Math.Max(16, itemCount * Math.Min(most, 64)));
        var row = new int[most];
        for (int item = 0; item < itemCount; item++)
        {
            int length = 0;
            foreach (CandidateList list in lists)
            {
                ReadOnlySpan<int> candidates = list.Of(item);
                candidates.CopyTo(row.AsSpan(length));
                length += candidates.Length;
            }

            Span<int> sorted = row.AsSpan(0, length);
            sorted.Sort();
            for (int place = 0; place < length; place++)
            {
                if (place == 0 || sorted[place] != sorted[place - 1])
                {
                    items.Add(sorted[place]);
                }
            }

            offsets[item + 1] = items.Count;
        }

        return new CandidateUnion(offsets, items.Written.ToArray());
    }
}
