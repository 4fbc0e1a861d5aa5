using CranePipeline.Tensors.Cpu;

namespace CranePipeline.Tensors;

/// <content>Search for the largest inner products.</content>
public sealed unsafe partial class CpuEngine
{
    private const int SearchRows = 96;
    private const int SearchColumns = 512;

    // The first items are offered in smaller portions, so that a threshold soon keeps most of the others out.
    private const int FirstColumns = 128;

    /// <inheritdoc/>
    public void TopItems(Tensor queries, Tensor items, TopItems found, CsrMatrix? exclude = null, int firstQuery = 0)
    {
        ArgumentNullException.ThrowIfNull(found);
        (CpuTensor query, CpuTensor item) = (Own(queries), Own(items));
        found.CheckRoom(query.Rows);
        ArgumentOutOfRangeException.ThrowIfNegative(firstQuery);
        Fits(query.Columns == item.Columns, query, item);
        if (exclude is not null && (exclude.Rows < firstQuery + query.Rows || exclude.Columns > item.Rows))
        {
            throw new ArgumentException(
                $"A {exclude.Rows} × {exclude.Columns} exclusion does not fit queries {firstQuery} … "
                    + $"{firstQuery + query.Rows - 1} and {item.Rows} items.",
                nameof(exclude)
            );
        }

        int k = found.K;
        NativeBuffer packed = Pool.Rent(multiplier.PackedFloats(item.Columns, item.Rows));
        multiplier.PackAll(item.AsView().Transposed, packed.Floats);
        const long ScoreFloats = SearchRows * SearchColumns;
        int capacity = TopBuffer.Capacity(k, SearchColumns);
        long keyFloats = 2L * SearchRows * capacity;
        long ownFloats = ScoreFloats + Multiplier.ScratchFloats + ((keyFloats + 15) & ~15L);
        NativeBuffer memory = Pool.Rent(ownFloats * workers.Threads);
        workers.Run(
            (query.Rows + SearchRows - 1) / SearchRows,
            (block, worker) =>
            {
                int first = block * SearchRows;
                int rows = Math.Min(SearchRows, query.Rows - first);
                float* scores = memory.Floats + (worker * ownFloats);
                var keys = (ulong*)(scores + ScoreFloats + Multiplier.ScratchFloats);
                var best = new TopBuffer[rows];
                for (int i = 0; i < rows; i++)
                {
                    best[i] = new TopBuffer(keys + ((long)i * capacity), k);
                }

                for (int start = 0; start < item.Rows; start += SearchColumns)
                {
                    int columns = Math.Min(SearchColumns, item.Rows - start);
                    multiplier.MultiplyPacked(
                        query.AsView().Part(first, rows),
                        packed.Floats,
                        item.Rows,
                        start,
                        new View(scores, rows, columns, SearchColumns, 1),
                        add: false,
                        scores + ScoreFloats
                    );
                    for (int i = 0; i < rows; i++)
                    {
                        float* row = scores + (i * SearchColumns);
                        if (exclude is not null)
                        {
                            Exclude(exclude.RowColumns(firstQuery + first + i), row, start, columns);
                        }

                        int portion = start == 0 ? FirstColumns : SearchColumns;
                        for (int at = 0; at < columns; at += portion)
                        {
                            best[i].Offer(kernel, row + at, Math.Min(portion, columns - at), start + at);
                        }
                    }
                }

                for (int i = 0; i < rows; i++)
                {
                    int at = (first + i) * k;
                    best[i].Drain(found.Items.AsSpan(at, k), found.Scores.AsSpan(at, k));
                }
            }
        );
        Pool.Return(memory);
        Pool.Return(packed);
    }

    // Sets the scores of the excluded items among start … start + count − 1 to −∞.
    private static void Exclude(ReadOnlySpan<int> excluded, float* scores, int start, int count)
    {
        int at = excluded.BinarySearch(start);
        for (at = at < 0 ? ~at : at; at < excluded.Length && excluded[at] < start + count; at++)
        {
            scores[excluded[at] - start] = float.NegativeInfinity;
        }
    }
}
