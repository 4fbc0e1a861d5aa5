using CranePipeline.Ingest.Splits;

namespace CranePipeline.Ingest;

/// <summary>A split: the part of every interaction, in the interactions' order.</summary>
/// <param name="Parts">One entry an interaction.</param>
/// <param name="Report">Counts and checks.</param>
public sealed record SplitResult(SplitPart[] Parts, SplitReport Report)
{
    /// <summary>The places of a part's interactions, ascending.</summary>
    public int[] Rows(SplitPart part)
    {
        int[] rows = new int[Parts.AsSpan().Count(part)];
        for (int row = 0, at = 0; at < rows.Length; row++)
        {
            if (Parts[row] == part)
            {
                rows[at++] = row;
            }
        }

        return rows;
    }

    /// <summary>
    /// What two columns have for a part's interactions, in their order, in pieces that are small enough to be used again and again: fresh memory for
    /// whole columns costs more than the copying. There is a piece even if it has no rows.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="users">A value an interaction.</param>
    /// <param name="items">A value an interaction.</param>
    /// <param name="rows">Most rows of a piece.</param>
    /// <returns>Pieces, of which each is void as soon as the next is asked for.</returns>
    public IEnumerable<(int[] Users, int[] Items)> Pieces(SplitPart part, int[] users, int[] items, int rows = 1 << 22)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfNotEqual(users.Length, Parts.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(items.Length, Parts.Length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        return Take();

        IEnumerable<(int[] Users, int[] Items)> Take()
        {
            int left = Parts.AsSpan().Count(part);
            (int[] pieceUsers, int[] pieceItems) = ([], []);
            int first = 0;
            do
            {
                int size = Math.Min(left, rows);
                if (size != pieceUsers.Length)
                {
                    pieceUsers = GC.AllocateUninitializedArray<int>(size);
                    pieceItems = GC.AllocateUninitializedArray<int>(size);
                }

                PartRows.Take(Parts.AsSpan(first), part, users.AsSpan(first), pieceUsers);
                first += PartRows.Take(Parts.AsSpan(first), part, items.AsSpan(first), pieceItems);
                left -= size;
                yield return (pieceUsers, pieceItems);
            } while (left > 0);
        }
    }
}
