using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <summary>The best items of scores that are no inner products and so are made in full, a block of users at a time.</summary>
internal static class TopScores
{
    /// <summary>One user's scores of all items, in the scratch or elsewhere.</summary>
    public delegate ReadOnlySpan<float> ScoresOf(int row, float[] scratch);

    /// <summary>The lists of a block of users, on the engine's threads.</summary>
    /// <param name="engine">Whose threads.</param>
    /// <param name="count">Users in the block.</param>
    /// <param name="k">Places in each list.</param>
    /// <param name="exclude">Items to leave out, a row a user.</param>
    /// <param name="first">The block's first row of it.</param>
    /// <param name="scratch">Floats that each thread has for its own.</param>
    /// <param name="scores">Makes a user's scores.</param>
    public static TopItems Select(IEngine engine, int count, int k, CsrMatrix exclude, int first, int scratch, ScoresOf scores)
    {
        var found = new TopItems(count, k);
        Parallel.For(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = engine.Threads },
            () => new float[scratch],
            (row, _, space) =>
            {
                Select(
                    scores(row, space),
                    exclude.RowColumns(first + row),
                    found.Items.AsSpan(row * k, k),
                    found.Scores.AsSpan(row * k, k)
                );
                return space;
            },
            static _ => { }
        );
        return found;
    }

    /// <summary>
    /// Fills the places with the largest scores, largest first, equal ones by item number; an item whose score is −∞ or not a
    /// number is never found, and places that are left get item −1 and score −∞.
    /// </summary>
    /// <param name="scores">One user's scores of all items.</param>
    /// <param name="excluded">Items to leave out, ascending.</param>
    /// <param name="items">Where the items go.</param>
    /// <param name="best">Where their scores go, as many.</param>
    public static void Select(ReadOnlySpan<float> scores, ReadOnlySpan<int> excluded, Span<int> items, Span<float> best)
    {
        int k = items.Length;
        Span<ulong> keys = k <= 256 ? stackalloc ulong[k] : new ulong[k];
        int count = 0;
        int next = 0;
        for (int item = 0; item < scores.Length; item++)
        {
            if (next < excluded.Length && excluded[next] == item)
            {
                next++;
                continue;
            }

            float score = scores[item];
            if (!(score > float.NegativeInfinity))
            {
                continue;
            }

            ulong key = RankKey.Of(item, score);
            if (count == k && key < keys[k - 1])
            {
                continue;
            }

            int at = count < k ? count++ : k - 1;
            for (; at > 0 && keys[at - 1] < key; at--)
            {
                keys[at] = keys[at - 1];
            }

            keys[at] = key;
        }

        for (int place = 0; place < k; place++)
        {
            bool found = place < count;
            items[place] = found ? RankKey.Item(keys[place]) : -1;
            best[place] = found ? RankKey.Score(keys[place]) : float.NegativeInfinity;
        }
    }

    /// <summary>The named rows, copied.</summary>
    public static Matrix Rows(Matrix matrix, int[] rows)
    {
        var copied = new Matrix(rows.Length, matrix.Columns);
        for (int row = 0; row < rows.Length; row++)
        {
            matrix.Row(rows[row]).CopyTo(copied.Row(row));
        }

        return copied;
    }
}
