using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <content>Top-K search.</content>
public sealed partial class TorchEngine
{
    /// <inheritdoc/>
    /// <remarks>
    /// Only the k best of each query come back to the host. The library breaks ties as it likes, so queries whose k-th score is shared
    /// by items left out are sorted again, stably.
    /// </remarks>
    public void TopItems(Tensor queries, Tensor items, TopItems found, CsrMatrix? exclude = null, int firstQuery = 0)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(found);
        found.CheckRoom(queries.Rows);
        Shapes.Check(queries.Columns == items.Columns, "TopItems", queries, items);
        if (exclude is not null && (exclude.Columns != items.Rows || firstQuery < 0 || firstQuery + queries.Rows > exclude.Rows))
        {
            throw new ArgumentException(
                $"A {exclude.Rows} × {exclude.Columns} exclusion does not fit "
                    + $"{queries.Rows} queries from {firstQuery} on {items.Rows} items."
            );
        }

        using var withoutGradients = torch.no_grad();
        int kept = Math.Min(found.K, items.Rows);
        found.Items.AsSpan(0, queries.Rows * found.K).Fill(-1);
        found.Scores.AsSpan(0, queries.Rows * found.K).Fill(float.NegativeInfinity);
        if (kept == 0 || queries.Rows == 0)
        {
            return;
        }

        int blockRows = BlockRows(queries.Rows, items.Rows);
        for (int start = 0; start < queries.Rows; start += blockRows)
        {
            using var scope = torch.NewDisposeScope();
            int count = Math.Min(blockRows, queries.Rows - start);
            torch.Tensor scores = Of(queries).narrow(0, start, count).mm(Of(items).t());
            scores.nan_to_num_(float.NegativeInfinity, float.PositiveInfinity, float.NegativeInfinity);
            if (exclude is not null)
            {
                Mask(scores, exclude, firstQuery + start);
            }

            (torch.Tensor values, torch.Tensor places) = scores.topk(kept, 1);
            torch.Tensor atLeast = (scores >= values.narrow(1, kept - 1, 1)).sum(1);
            Copy(values, places, found, start);
            RepairTies(scores, atLeast, found, start, kept);
        }
    }

    private static void Copy(torch.Tensor values, torch.Tensor places, TopItems found, int start)
    {
        float[] scores = values.cpu().contiguous().data<float>().ToArray();
        long[] items = places.cpu().contiguous().data<long>().ToArray();
        int kept = (int)values.shape[1];
        for (int row = 0; row < values.shape[0]; row++)
        {
            (float Score, int Item)[] ranked =
            [
                .. Enumerable
                    .Range(row * kept, kept)
                    .Select(place => (scores[place], (int)items[place]))
                    .Where(pair => !float.IsNegativeInfinity(pair.Item1))
                    .OrderByDescending(pair => pair.Item1)
                    .ThenBy(pair => pair.Item2),
            ];
            Store(ranked, found, start + row);
        }
    }

    private static void RepairTies(torch.Tensor scores, torch.Tensor atLeast, TopItems found, int start, int kept)
    {
        long[] counts = atLeast.cpu().data<long>().ToArray();
        for (int row = 0; row < counts.Length; row++)
        {
            if (counts[row] <= kept || found.Items[((start + row) * found.K) + kept - 1] < 0)
            {
                continue;
            }

            float[] all = scores.narrow(0, row, 1).cpu().contiguous().data<float>().ToArray();
            (float Score, int Item)[] ranked =
            [
                .. all.Select((score, item) => (score, item))
                    .OrderByDescending(pair => pair.score)
                    .ThenBy(pair => pair.item)
                    .Take(kept),
            ];
            Store(ranked, found, start + row);
        }
    }

    private static void Store(ReadOnlySpan<(float Score, int Item)> ranked, TopItems found, int query)
    {
        for (int place = 0; place < ranked.Length; place++)
        {
            found.Items[(query * found.K) + place] = ranked[place].Item;
            found.Scores[(query * found.K) + place] = ranked[place].Score;
        }
    }

    private void Mask(torch.Tensor scores, CsrMatrix exclude, int first)
    {
        int count = (int)scores.shape[0];
        int from = exclude.RowOffsets[first];
        int to = exclude.RowOffsets[first + count];
        if (from == to)
        {
            return;
        }

        var rows = new long[to - from];
        var columns = new long[to - from];
        for (int row = 0; row < count; row++)
        {
            for (int entry = exclude.RowOffsets[first + row]; entry < exclude.RowOffsets[first + row + 1]; entry++)
            {
                rows[entry - from] = row;
                columns[entry - from] = exclude.ColumnIndices[entry];
            }
        }

        torch.Tensor[] at = [torch.tensor(rows, device: device), torch.tensor(columns, device: device)];
        scores.index_put_(float.NegativeInfinity, at);
    }
}
