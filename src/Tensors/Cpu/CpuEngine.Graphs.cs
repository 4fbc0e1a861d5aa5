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
                ScatterSparseRows(matrix, chosen, result.Gradient, width, source.Gradient, add);
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

    // target (+)= the transpose of the chosen rows of a sparse matrix, times a gradient that has a row for each of them. The chosen rows'
    // entries are sorted by column, row after row, so that each sum has one order.
    private void ScatterSparseRows(CsrMatrix matrix, CpuIndices chosen, float* gradient, int width, float* target, bool add)
    {
        int named = chosen.NamedRowCount;
        bool isDistinct = named == chosen.Count;
        NativeBuffer combined = isDistinct ? default : Pool.Rent((long)named * width);
        for (int n = 0; n < named && !isDistinct; n++)
        {
            int first = chosen.Offsets[n];
            float* sum = combined.Floats + ((long)n * width);
            kernel.GatherSum(chosen.Places + first, null, chosen.Offsets[n + 1] - first, gradient, width, sum, add: false);
        }

        float* source = isDistinct ? gradient : combined.Floats;
        NativeBuffer starts = Pool.Rent(matrix.Columns + 1L);
        var ends = new Span<int>(starts.Ints, matrix.Columns + 1);
        int count = CountColumns(matrix, chosen, ends);
        NativeBuffer places = Pool.Rent(count);
        NativeBuffer weights = Pool.Rent(count);
        for (int n = 0; n < named; n++)
        {
            int row = chosen.NamedRows[n];
            for (int e = matrix.RowOffsets[row]; e < matrix.RowOffsets[row + 1]; e++)
            {
                int at = ends[matrix.ColumnIndices[e]]++;
                places.Ints[at] = isDistinct ? chosen.Places[n] : n;
                weights.Floats[at] = matrix.Values[e];
            }
        }

        ForRows(
            matrix.Columns,
            width,
            (_, from, to, _) =>
            {
                for (int column = from; column < to; column++)
                {
                    int first = column == 0 ? 0 : starts.Ints[column - 1];
                    int entries = starts.Ints[column] - first;
                    if (entries > 0 || !add)
                    {
                        float* sum = target + ((long)column * width);
                        kernel.GatherSum(places.Ints + first, weights.Floats + first, entries, source, width, sum, add);
                    }
                }
            }
        );
        Pool.Return(weights);
        Pool.Return(places);
        Pool.Return(starts);
        Pool.Return(combined);
    }

    // Where each column's entries in the chosen rows begin; filling them in moves each to where they end. Returns how many there are.
    private static int CountColumns(CsrMatrix matrix, CpuIndices chosen, Span<int> starts)
    {
        starts.Clear();
        for (int n = 0; n < chosen.NamedRowCount; n++)
        {
            foreach (int column in matrix.RowColumns(chosen.NamedRows[n]))
            {
                starts[column + 1]++;
            }
        }

        for (int column = 0; column < matrix.Columns; column++)
        {
            starts[column + 1] += starts[column];
        }

        return starts[matrix.Columns];
    }
}
