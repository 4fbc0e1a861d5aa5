using System.Buffers;
using System.Numerics;
using CranePipeline.Ingest.Splits;

namespace CranePipeline.Ingest;

/// <summary>A split: the part of every interaction, in the interactions' order.</summary>
/// <param name="Parts">One entry an interaction.</param>
/// <param name="Report">Counts and checks.</param>
public sealed record SplitResult(SplitPart[] Parts, SplitReport Report)
{
    private const int ShortPiece = 1 << 16;

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
    /// What two columns have for a part's interactions, in their order, in pieces of memory that is used again and again: fresh memory for whole
    /// columns costs more than the copying. There is a piece even if it has no rows.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="users">A value an interaction.</param>
    /// <param name="items">A value an interaction.</param>
    /// <param name="rows">Most rows of a piece.</param>
    /// <returns>Pieces, of which each is void as soon as the next is asked for.</returns>
    public IEnumerable<(int[] Users, int[] Items)> Pieces(SplitPart part, int[] users, int[] items, int rows = 1 << 20)
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
            try
            {
                do
                {
                    int size = SizeOf(left, rows);
                    if (size != pieceUsers.Length)
                    {
                        Return(pieceUsers, pieceItems);
                        (pieceUsers, pieceItems) = (Rent(size), Rent(size));
                    }

                    first += PartRows.Take(
                        Parts.AsSpan(first),
                        part,
                        users.AsSpan(first),
                        items.AsSpan(first),
                        pieceUsers,
                        pieceItems
                    );
                    left -= size;
                    yield return (pieceUsers, pieceItems);
                } while (left > 0);
            }
            finally
            {
                Return(pieceUsers, pieceItems);
            }
        }
    }

    /// <summary>What is left over goes in pieces of the lengths that are lent, down to one that is short enough to be made anew.</summary>
    private static int SizeOf(int left, int rows) =>
        left >= rows ? rows
        : left < ShortPiece ? left
        : 1 << BitOperations.Log2((uint)left);

    private static int[] Rent(int size)
    {
        if (size >= ShortPiece && BitOperations.IsPow2(size))
        {
            int[] rented = ArrayPool<int>.Shared.Rent(size);
            if (rented.Length == size)
            {
                return rented;
            }

            ArrayPool<int>.Shared.Return(rented);
        }

        return GC.AllocateUninitializedArray<int>(size);
    }

    private static void Return(int[] users, int[] items)
    {
        // The pool takes what it could have lent, whoever made it.
        if (users.Length >= ShortPiece && BitOperations.IsPow2(users.Length))
        {
            ArrayPool<int>.Shared.Return(users);
            ArrayPool<int>.Shared.Return(items);
        }
    }
}
