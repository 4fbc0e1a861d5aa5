using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>Sums over the neighbours of a graph.</content>
public sealed unsafe partial class CpuEngine
{
    // Chosen rows that make a block of work.
    private const int RowsTogether = 16;

    /// <inheritdoc/>
    public Tensor SparseProduct(SparseTensor s, Tensor a, bool transpose = false)
    {
        (CpuSparse sparse, CpuTensor source) = (Own(s), Own(a));
        CsrBlocks forward = transpose ? sparse.Transposed : sparse.Forward;
        FitsSparse(forward.Matrix, source);
        CpuTensor result = Result(forward.Matrix.Rows, source.Columns, source);
        MultiplySparse(forward, source.Values, source.Columns, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                bool add = source.OpenGradient();
                CsrBlocks backward = transpose ? sparse.Forward : sparse.Transposed;
                MultiplySparse(backward, result.Gradient, source.Columns, source.Gradient, add);
            }
        );
    }

    /// <inheritdoc/>
    public Tensor SparseProductRows(SparseTensor s, Tensor a, IndexTensor rows, bool transpose = false)
    {
        (CpuSparse sparse, CpuTensor source, CpuIndices chosen) = (Own(s), Own(a), Own(rows));
        CsrBlocks forward = transpose ? sparse.Transposed : sparse.Forward;
        CsrMatrix matrix = forward.Matrix;
        FitsSparse(matrix, source);
        if (chosen.Columns != 1 || chosen.Bound > matrix.Rows)
        {
            throw new ArgumentException(
                $"SparseProductRows needs one column of row numbers below {matrix.Rows}, not {chosen.Columns} below {chosen.Bound}.",
                nameof(rows)
            );
        }

        int width = source.Columns;
        CpuTensor result = Result(chosen.Rows, width, source);
        workers.Run(
            (chosen.Rows + RowsTogether - 1) / RowsTogether,
            (block, _) =>
            {
                fixed (int* columns = matrix.ColumnIndices)
                fixed (float* values = matrix.Values)
                {
                    int end = Math.Min(chosen.Rows, (block + 1) * RowsTogether);
                    for (int place = block * RowsTogether; place < end; place++)
                    {
                        int row = chosen.Numbers[place];
                        int start = matrix.RowOffsets[row];
                        int count = matrix.RowOffsets[row + 1] - start;
                        kernel.GatherSum(
                            columns + start,
                            values + start,
                            count,
                            source.Values,
                            width,
                            result.Row(place),
                            add: false
                        );
                    }
                }
            }
        );
        return Record(
            result,
            () =>
            {
                bool add = source.OpenGradient();
                CsrBlocks backward = transpose ? sparse.Forward : sparse.Transposed;
                ScatterSparseRows(backward, chosen, result.Gradient, width, source.Gradient, add);
            }
        );
    }

    /// <inheritdoc/>
    public Tensor GraphGram(SparseTensor s, Tensor a)
    {
        (CpuSparse sparse, CpuTensor source) = (Own(s), Own(a));
        FitsSparse(sparse.Forward.Matrix, source);
        int width = source.Columns;
        CpuTensor result = Result(width, width, source);

        // (I + sᵀs) a: G is aᵀ times it, and so is the gradient, (I + sᵀs) a (dG + dGᵀ).
        CpuTensor spread = Auxiliary(source.Rows, width);
        NativeBuffer sums = Pool.Rent((long)sparse.Rows * width);
        MultiplySparse(sparse.Forward, source.Values, width, sums.Floats, add: false);
        Map(default(Maps.Identity), source.Values, spread.Values, spread.Count, add: false);
        MultiplySparse(sparse.Transposed, sums.Floats, width, spread.Values, add: true);
        Pool.Return(sums);
        multiplier.Multiply(source.AsView().Transposed, spread.AsView(), result.AsView(), add: false);
        return Record(
            result,
            () =>
            {
                NativeBuffer both = Pool.Rent(result.Count);
                for (int i = 0; i < width; i++)
                {
                    for (int j = 0; j < width; j++)
                    {
                        both.Floats[(i * width) + j] = result.Gradient[(i * width) + j] + result.Gradient[(j * width) + i];
                    }
                }

                bool add = source.OpenGradient();
                multiplier.Multiply(spread.AsView(), new View(both.Floats, width, width, width, 1), source.GradientView(), add);
                Pool.Return(both);
            }
        );
    }

    private static void FitsSparse(CsrMatrix matrix, CpuTensor a)
    {
        if (matrix.Columns != a.Rows)
        {
            throw new ArgumentException($"A sparse {matrix.Rows} × {matrix.Columns} matrix does not fit {Shape(a)}.");
        }
    }

    private void MultiplySparse(CsrBlocks blocks, float* source, int width, float* target, bool add) =>
        workers.Run(
            blocks.Count,
            (block, _) =>
            {
                CsrMatrix matrix = blocks.Matrix;
                fixed (int* columns = matrix.ColumnIndices)
                fixed (float* values = matrix.Values)
                {
                    for (int row = blocks.Starts[block]; row < blocks.Starts[block + 1]; row++)
                    {
                        int start = matrix.RowOffsets[row];
                        int count = matrix.RowOffsets[row + 1] - start;
                        float* place = target + ((long)row * width);
                        kernel.GatherSum(columns + start, values + start, count, source, width, place, add);
                    }
                }
            }
        );

    // target (+)= the transpose, which `blocks` holds, of the chosen rows of a sparse matrix, times a gradient that has a row for each
    // of them. Every row of the target looks through its entries for chosen ones, so that each sum has one order.
    private void ScatterSparseRows(CsrBlocks blocks, CpuIndices chosen, float* gradient, int width, float* target, bool add)
    {
        int named = chosen.NamedRowCount;
        bool isDistinct = named == chosen.Count;
        NativeBuffer combined = isDistinct ? default : Pool.Rent((long)named * width);
        NativeBuffer positions = Pool.Rent(blocks.Matrix.Columns);
        new Span<int>(positions.Ints, blocks.Matrix.Columns).Fill(-1);
        for (int n = 0; n < named; n++)
        {
            int first = chosen.Offsets[n];
            positions.Ints[chosen.NamedRows[n]] = isDistinct ? chosen.Places[first] : n;
            if (!isDistinct)
            {
                int count = chosen.Offsets[n + 1] - first;
                kernel.GatherSum(
                    chosen.Places + first,
                    null,
                    count,
                    gradient,
                    width,
                    combined.Floats + ((long)n * width),
                    add: false
                );
            }
        }

        float* source = isDistinct ? gradient : combined.Floats;
        int longest = blocks.LongestRow;
        NativeBuffer scratch = Pool.Rent(2L * Math.Max(1, longest) * workers.Threads);
        workers.Run(
            blocks.Count,
            (block, worker) =>
            {
                int* places = scratch.Ints + (2L * longest * worker);
                var weights = (float*)(places + longest);
                CsrMatrix matrix = blocks.Matrix;
                fixed (int* columns = matrix.ColumnIndices)
                fixed (float* values = matrix.Values)
                {
                    for (int row = blocks.Starts[block]; row < blocks.Starts[block + 1]; row++)
                    {
                        int kept = 0;
                        for (int e = matrix.RowOffsets[row]; e < matrix.RowOffsets[row + 1]; e++)
                        {
                            // Kept or overwritten by the next: a branch would be mispredicted half the time.
                            int at = positions.Ints[columns[e]];
                            (places[kept], weights[kept]) = (at, values[e]);
                            kept += ~at >>> 31;
                        }

                        if (kept > 0 || !add)
                        {
                            kernel.GatherSum(places, weights, kept, source, width, target + ((long)row * width), add);
                        }
                    }
                }
            }
        );
        Pool.Return(scratch);
        Pool.Return(positions);
        Pool.Return(combined);
    }
}
