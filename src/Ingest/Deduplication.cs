using CranePipeline.Ingest.Internals;

namespace CranePipeline.Ingest;

/// <summary>
/// One interaction for each pair of user and item: its earliest row stands for it; of rows of one time the one of the earlier part,
/// then the one of the lower rating. Rows without a time come last, as do those without a label or rating. A rule on the rows'
/// contents, so that their order in the files decides nothing.
/// </summary>
internal sealed class Deduplication
{
    private static readonly Comparison<Entry> Order = Compare;

    /// <summary>Rows that say what another one says.</summary>
    public long ExactDuplicates { get; private set; }

    /// <summary>Other rows that do not stand for their pair.</summary>
    public long RepeatedPairs { get; private set; }

    /// <summary>Pairs with rows of different labels.</summary>
    public long LabelConflicts { get; private set; }

    /// <summary>Sorts a user's rows by item, and moves those that stand for their pairs to the front.</summary>
    /// <returns>How many those are.</returns>
    public int Deduplicate(Span<Entry> rows)
    {
        rows.Sort(Order);
        int kept = 0;
        bool conflict = false;
        for (int row = 0; row < rows.Length; row++)
        {
            if (row == 0 || rows[row].Item != rows[kept - 1].Item)
            {
                rows[kept++] = rows[row];
                conflict = false;
                continue;
            }

            // Sorted, so that rows which say the same are neighbours.
            bool same = Compare(rows[row], rows[row - 1]) == 0;
            ExactDuplicates += same ? 1 : 0;
            RepeatedPairs += same ? 0 : 1;
            bool differs = rows[row].Label != rows[kept - 1].Label;
            LabelConflicts += differs && !conflict ? 1 : 0;
            conflict |= differs;
        }

        return kept;
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(Deduplication other)
    {
        ExactDuplicates += other.ExactDuplicates;
        RepeatedPairs += other.RepeatedPairs;
        LabelConflicts += other.LabelConflicts;
    }

    private static int Compare(Entry left, Entry right) =>
        left.Item != right.Item ? left.Item.CompareTo(right.Item)
        : left.CompareTimeAndLabel(in right) is not 0 and var byTime ? byTime
        : (left.Rating ?? float.PositiveInfinity).CompareTo(right.Rating ?? float.PositiveInfinity);
}
