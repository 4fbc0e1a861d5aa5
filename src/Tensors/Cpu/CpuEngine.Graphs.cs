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
                MultiplyChosen(backward, chosen, result.Gradient, width, source.Gradient, add);
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

    // target (+)= a sparse matrix of which only the chosen columns count, times a gradient that has a row for each choice.
    private void MultiplyChosen(CsrBlocks blocks, CpuIndices chosen, float* gradient, int width, float* target, bool add)
    {
        CsrMatrix matrix = blocks.Matrix;
        int named = chosen.NamedRowCount;
        bool isDistinct = named == chosen.Count;
        NativeBuffer combined = isDistinct ? default : Pool.Rent((long)named * width);
        NativeBuffer places = Pool.Rent(matrix.Columns);
        new Span<int>(places.Ints, matrix.Columns).Fill(-1);
        for (int n = 0; n < named; n++)
        {
            places.Ints[chosen.NamedRows[n]] = isDistinct ? chosen.Places[n] : n;
            if (!isDistinct)
            {
                int first = chosen.Offsets[n];
                float* sum = combined.Floats + ((long)n * width);
                kernel.GatherSum(chosen.Places + first, null, chosen.Offsets[n + 1] - first, gradient, width, sum, add: false);
            }
        }

        float* source = isDistinct ? gradient : combined.Floats;
        int most = blocks.MostEntries;
        NativeBuffer taken = Pool.Rent((long)workers.Threads * most);
        NativeBuffer weights = Pool.Rent((long)workers.Threads * most);
        workers.Run(
            blocks.Count,
            (block, worker) =>
            {
                int* rows = taken.Ints + ((long)worker * most);
                float* factors = weights.Floats + ((long)worker * most);
                for (int row = blocks.Starts[block]; row < blocks.Starts[block + 1]; row++)
                {
                    int count = 0;
                    for (int e = matrix.RowOffsets[row]; e < matrix.RowOffsets[row + 1]; e++)
                    {
                        // Written whether it counts or not: no branch to guess.
                        int place = places.Ints[matrix.ColumnIndices[e]];
                        (rows[count], factors[count]) = (place, matrix.Values[e]);
                        count += place < 0 ? 0 : 1;
                    }

                    if (count > 0 || !add)
                    {
                        kernel.GatherSum(rows, factors, count, source, width, target + ((long)row * width), add);
                    }
                }
            }
        );
        Pool.Return(weights);
        Pool.Return(taken);
        Pool.Return(places);
        Pool.Return(combined);
    }
}
