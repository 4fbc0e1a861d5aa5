using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Features;

/// <summary>
/// Exact search that computes each pair's cosine once and offers it to both items, which halves the arithmetic. Besides the vectors
/// it holds two panels of them and the block of their cosines, in memory that every block uses again.
/// </summary>
internal static class PairwiseSearch
{
    private const int PanelItems = 2048;
    private const int ChunkItems = 64;

    internal static void Run(
        SearchSpace space,
        CandidateList target,
        IEngine engine,
        IProgress<WorkProgress>? progress,
        CancellationToken cancellation
    )
    {
        var heaps = new NearestHeaps(space.Count, target.Count);
        var panels = new Dictionary<int, Matrix>();
        var blocks = new Dictionary<(int, int), Matrix>();
        long pairsDone = 0;
        long pairs = (long)space.Count * space.Count / 2;

        // Rows outside, columns inside and never before the rows: so every item meets its neighbours in ascending order, as the
        // heaps require.
        for (int first = 0; first < space.Count; first += PanelItems)
        {
            int rows = Math.Min(PanelItems, space.Count - first);
            using Tensor left = engine.Constant(Panel(space, first, rows, panels));
            for (int second = first; second < space.Count; second += PanelItems)
            {
                cancellation.ThrowIfCancellationRequested();
                int columns = Math.Min(PanelItems, space.Count - second);
                Matrix? right = second == first ? null : Panel(space, second, columns, panels);
                Matrix cosines = Product(left, right, blocks, engine);
                if (second == first)
                {
                    OfferRows(heaps, cosines, first, second, skipDiagonal: true);
                }
                else
                {
                    OfferColumns(heaps, cosines, first, second);
                    OfferRows(heaps, cosines, first, second, skipDiagonal: false);
                }

                pairsDone += (long)rows * columns / (second == first ? 2 : 1);
                progress?.Report(new WorkProgress($"searching {target.Modality} neighbours", "pairs", pairsDone, pairs));
            }
        }

        heaps.WriteTo(space, target);
    }

    // There are two heights of panel, the last one's and the others', and so three shapes of block.
    private static Matrix Panel(SearchSpace space, int first, int rows, Dictionary<int, Matrix> panels)
    {
        if (!panels.TryGetValue(rows, out Matrix? panel))
        {
            panels[rows] = panel = new Matrix(rows, space.Width);
        }

        space.WriteUnit(first, panel);
        return panel;
    }

    private static Matrix Product(Tensor left, Matrix? right, Dictionary<(int, int), Matrix> blocks, IEngine engine)
    {
        using IDisposable step = engine.BeginStep(gradients: false);
        Tensor other = right is null ? left : engine.Constant(right);
        if (!blocks.TryGetValue((left.Rows, other.Rows), out Matrix? cosines))
        {
            blocks[(left.Rows, other.Rows)] = cosines = new Matrix(left.Rows, other.Rows);
        }

        engine.Read(engine.MatrixProduct(left, other, transposeB: true), cosines);
        return cosines;
    }

    private static void OfferRows(NearestHeaps heaps, Matrix cosines, int first, int second, bool skipDiagonal) =>
        Parallel.For(
            0,
            (cosines.Rows + ChunkItems - 1) / ChunkItems,
            chunk =>
            {
                int end = Math.Min(cosines.Rows, (chunk + 1) * ChunkItems);
                for (int row = chunk * ChunkItems; row < end; row++)
                {
                    OfferRow(heaps, cosines.Row(row), first + row, second, skipDiagonal ? row : -1);
                }
            }
        );

    private static void OfferRow(NearestHeaps heaps, ReadOnlySpan<float> row, int place, int second, int skip)
    {
        ref float threshold = ref heaps.Thresholds[place];
        int column = 0;
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(row);
        foreach (ref readonly Vector256<float> vector in vectors)
        {
            uint above = Vector256.GreaterThan(vector, Vector256.Create(threshold)).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                int at = column + BitOperations.TrailingZeroCount(above);
                if (row[at] > threshold && at != skip)
                {
                    heaps.Offer(place, second + at, row[at]);
                }
            }

            column += Vector256<float>.Count;
        }

        for (; column < row.Length; column++)
        {
            if (row[column] > threshold && column != skip)
            {
                heaps.Offer(place, second + column, row[column]);
            }
        }
    }

    // Each thread has some columns to itself and goes down the rows, comparing a row's scores with the thresholds of all its columns.
    private static void OfferColumns(NearestHeaps heaps, Matrix cosines, int first, int second) =>
        Parallel.For(
            0,
            (cosines.Columns + ChunkItems - 1) / ChunkItems,
            chunk =>
            {
                int start = chunk * ChunkItems;
                int length = Math.Min(ChunkItems, cosines.Columns - start);
                ReadOnlySpan<float> thresholds = heaps.Thresholds.AsSpan(second + start, length);
                for (int row = 0; row < cosines.Rows; row++)
                {
                    OfferAcross(heaps, cosines.Row(row).Slice(start, length), thresholds, first + row, second + start);
                }
            }
        );

    private static void OfferAcross(
        NearestHeaps heaps,
        ReadOnlySpan<float> scores,
        ReadOnlySpan<float> thresholds,
        int place,
        int firstColumn
    )
    {
        int column = 0;
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(scores);
        ReadOnlySpan<Vector256<float>> bounds = MemoryMarshal.Cast<float, Vector256<float>>(thresholds);
        for (int vector = 0; vector < vectors.Length; vector++)
        {
            uint above = Vector256.GreaterThan(vectors[vector], bounds[vector]).ExtractMostSignificantBits();
            for (; above != 0; above &= above - 1)
            {
                int at = column + BitOperations.TrailingZeroCount(above);
                heaps.Offer(firstColumn + at, place, scores[at]);
            }

            column += Vector256<float>.Count;
        }

        for (; column < scores.Length; column++)
        {
            if (scores[column] > thresholds[column])
            {
                heaps.Offer(firstColumn + column, place, scores[column]);
            }
        }
    }
}
