using CranePipeline.Ingest.Rows;

namespace CranePipeline.Ingest.Graph;

/// <summary>Sorts a user's rows by item and lets the earliest stand for each item. An instance is reused from user to user.</summary>
internal sealed class RowCollapse
{
    // Up to so many rows are sorted by insertion, which beats everything else while few have to move.
    private const int Few = 24;
    private ulong[] keys = new ulong[64];
    private Entry[] copy = new Entry[64];
    private RepeatCounts counts;

    /// <summary>What was found in all calls.</summary>
    public ref readonly RepeatCounts Counts => ref counts;

    /// <summary>Sorts rows, and leaves the first ones as the user's pairs.</summary>
    /// <returns>How many pairs there are.</returns>
    public int Collapse(Span<Entry> rows)
    {
        if (rows.Length <= Few)
        {
            SortFew(rows);
        }
        else
        {
            SortMany(rows);
        }

        int kept = 0;
        for (int index = 0; index < rows.Length; )
        {
            int end = index + 1;
            while (end < rows.Length && rows[end].Item == rows[index].Item)
            {
                end++;
            }

            if (end > index + 1)
            {
                Choose(rows[index..end]);
            }

            rows[kept++] = rows[index];
            index = end;
        }

        return kept;
    }

    private static void SortFew(Span<Entry> rows)
    {
        for (int index = 1; index < rows.Length; index++)
        {
            Entry row = rows[index];
            int at = index;
            for (; at > 0 && rows[at - 1].Item > row.Item; at--)
            {
                rows[at] = rows[at - 1];
            }

            rows[at] = row;
        }
    }

    private void SortMany(Span<Entry> rows)
    {
        if (rows.Length > keys.Length)
        {
            keys = new ulong[rows.Length * 2];
            copy = new Entry[rows.Length * 2];
        }

        rows.CopyTo(copy);
        for (int index = 0; index < rows.Length; index++)
        {
            keys[index] = ((ulong)(uint)rows[index].Item << 32) | (uint)index;
        }

        keys.AsSpan(0, rows.Length).Sort();
        for (int index = 0; index < rows.Length; index++)
        {
            rows[index] = copy[(int)keys[index]];
        }
    }

    /// <summary>Brings the row that stands for a pair to the front.</summary>
    private void Choose(Span<Entry> rows)
    {
        // Sorted, so that equal rows are neighbours; groups are small.
        rows.Sort(
            (left, right) =>
                left.Precedes(in right) ? -1
                : right.Precedes(in left) ? 1
                : 0
        );
        bool conflict = false;
        for (int index = 1; index < rows.Length; index++)
        {
            if (rows[index].Repeats(in rows[index - 1]))
            {
                counts.ExactDuplicates++;
            }
            else
            {
                counts.RepeatedPairs++;
            }

            conflict |= rows[index].Label != rows[0].Label;
        }

        counts.LabelConflicts += conflict ? 1 : 0;
    }
}
