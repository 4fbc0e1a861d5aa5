using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>Sums over the neighbours of a graph.</content>
public sealed unsafe partial class CpuEngine
{
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
    public Tensor SparseMaximum(SparseTensor s, Tensor a)
    {
        (CpuSparse sparse, CpuTensor source) = (Own(s), Own(a));
        CsrMatrix matrix = sparse.Forward.Matrix;
        FitsSparse(matrix, source);
        int width = source.Columns;
        CpuTensor result = Result(matrix.Rows, width, source);
        CpuTensor winners = Auxiliary(matrix.Rows, width);
        ForSparseRows(
            sparse.Forward,
            row =>
            {
                float* largest = result.Row(row);
                int* winner = (int*)winners.Row(row);
                ReadOnlySpan<int> columns = matrix.RowColumns(row);
                new Span<float>(largest, width).Fill(columns.IsEmpty ? 0f : float.NegativeInfinity);
                new Span<int>(winner, width).Fill(columns.IsEmpty ? -1 : columns[0]);
                foreach (int column in columns)
                {
                    float* values = source.Row(column);
                    for (int j = 0; j < width; j++)
                    {
                        if (values[j] > largest[j])
                        {
                            (largest[j], winner[j]) = (values[j], column);
                        }
                    }
                }
            }
        );
        return Record(
            result,
            () =>
            {
                source.OpenZeroGradient();
                CsrMatrix transposed = sparse.Transposed.Matrix;
                ForSparseRows(
                    sparse.Transposed,
                    column =>
                    {
                        float* target = source.Gradient + ((long)column * width);
                        foreach (int row in transposed.RowColumns(column))
                        {
                            int* winner = (int*)winners.Row(row);
                            float* gradient = result.Gradient + ((long)row * width);
                            for (int j = 0; j < width; j++)
                            {
                                target[j] += winner[j] == column ? gradient[j] : 0f;
                            }
                        }
                    }
                );
            }
        );
    }

    /// <inheritdoc/>
    public Tensor SparseSoftmaxSum(SparseTensor s, Tensor scores, Tensor a)
    {
        (CpuSparse sparse, CpuTensor score, CpuTensor source) = (Own(s), Own(scores), Own(a));
        CsrMatrix matrix = sparse.Forward.Matrix;
        FitsSparse(matrix, source);
        Fits(score.Columns == 1 && score.Rows == source.Rows, source, score);
        int width = source.Columns;
        CpuTensor result = Result(matrix.Rows, width, score, source);

        // The logarithm of each row's Σ exp(score), from which its weights are had again: exp(score − that).
        CpuTensor logSums = Auxiliary(matrix.Rows, 1);
        ForSparseRows(
            sparse.Forward,
            row =>
            {
                ReadOnlySpan<int> columns = matrix.RowColumns(row);
                float* target = result.Row(row);
                new Span<float>(target, width).Clear();
                float largest = float.NegativeInfinity;
                foreach (int column in columns)
                {
                    largest = MathF.Max(largest, score.Values[column]);
                }

                float sum = 0f;
                foreach (int column in columns)
                {
                    sum += MathF.Exp(score.Values[column] - largest);
                }

                logSums.Values[row] = largest + MathF.Log(sum);
                foreach (int column in columns)
                {
                    float weight = MathF.Exp(score.Values[column] - largest) / sum;
                    kernel.AddScaled(source.Row(column), weight, target, width);
                }
            }
        );
        return Record(result, () => SoftmaxSumBackward(sparse, score, source, result, logSums));
    }

    /// <inheritdoc/>
    public Tensor NeighbourDots(Tensor a, IndexTensor neighbours)
    {
        (CpuTensor source, CpuIndices near) = (Own(a), Own(neighbours));
        CheckIndices(source, near);
        if (near.Rows != source.Rows)
        {
            throw new ArgumentException($"NeighbourDots has {near.Rows} rows of neighbours for {Shape(source)}.");
        }

        int width = source.Columns;
        int count = near.Columns;
        CpuTensor result = Result(near.Rows, count, source);
        ForRows(
            near.Rows,
            (long)width * count,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    int* rows = near.Numbers + ((long)i * count);
                    kernel.GatherDots(rows, count, source.Values, width, source.Row(i), result.Row(i), add: false);
                }
            }
        );
        return Record(
            result,
            () =>
            {
                bool add = source.OpenGradient();
                SumNeighbours(near, result.Gradient, source.Values, width, source.Gradient, add);
                ScatterNeighbours(source, near, result.Gradient, source.Values);
            }
        );
    }

    /// <inheritdoc/>
    public Tensor NeighbourSum(Tensor weights, Tensor a, IndexTensor neighbours)
    {
        (CpuTensor weight, CpuTensor source, CpuIndices near) = (Own(weights), Own(a), Own(neighbours));
        CheckIndices(source, near);
        if (near.Rows != weight.Rows || near.Columns != weight.Columns)
        {
            throw new ArgumentException($"NeighbourSum has {Shape(weight)} weights for {near.Rows} × {near.Columns} neighbours.");
        }

        int width = source.Columns;
        CpuTensor result = Result(near.Rows, width, weight, source);
        SumNeighbours(near, weight.Values, source.Values, width, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                if (weight.RequiresGradient)
                {
                    bool add = weight.OpenGradient();
                    ForRows(
                        near.Rows,
                        (long)width * near.Columns,
                        (_, from, to, _) =>
                        {
                            for (long i = from; i < to; i++)
                            {
                                long at = i * near.Columns;
                                kernel.GatherDots(
                                    near.Numbers + at,
                                    near.Columns,
                                    source.Values,
                                    width,
                                    result.Gradient + (i * width),
                                    weight.Gradient + at,
                                    add
                                );
                            }
                        }
                    );
                }

                if (source.RequiresGradient)
                {
                    ScatterNeighbours(source, near, weight.Values, result.Gradient);
                }
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

    private void ForSparseRows(CsrBlocks blocks, Action<int> body) =>
        workers.Run(
            blocks.Count,
            (block, _) =>
            {
                for (int row = blocks.Starts[block]; row < blocks.Starts[block + 1]; row++)
                {
                    body(row);
                }
            }
        );

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

    private void SoftmaxSumBackward(CpuSparse sparse, CpuTensor score, CpuTensor source, CpuTensor result, CpuTensor logSums)
    {
        int width = source.Columns;
        bool addScores = score.RequiresGradient && score.OpenGradient();
        bool addValues = source.RequiresGradient && source.OpenGradient();
        CsrMatrix transposed = sparse.Transposed.Matrix;
        ForSparseRows(
            sparse.Transposed,
            column =>
            {
                float* values = source.Row(column);
                float* target = source.Gradient + ((long)column * width);
                float slope = 0f;
                if (source.RequiresGradient && !addValues)
                {
                    new Span<float>(target, width).Clear();
                }

                foreach (int row in transposed.RowColumns(column))
                {
                    float weight = MathF.Exp(score.Values[column] - logSums.Values[row]);
                    float* gradient = result.Gradient + ((long)row * width);
                    if (source.RequiresGradient)
                    {
                        kernel.AddScaled(gradient, weight, target, width);
                    }

                    if (score.RequiresGradient)
                    {
                        slope += weight * (kernel.Dot(gradient, values, width) - kernel.Dot(gradient, result.Row(row), width));
                    }
                }

                if (score.RequiresGradient)
                {
                    score.Gradient[column] = addScores ? score.Gradient[column] + slope : slope;
                }
            }
        );
    }

    private void SumNeighbours(CpuIndices near, float* weights, float* source, int width, float* target, bool add) =>
        ForRows(
            near.Rows,
            (long)width * near.Columns,
            (_, from, to, _) =>
            {
                for (long i = from; i < to; i++)
                {
                    long at = i * near.Columns;
                    float* place = target + (i * width);
                    kernel.GatherSum(near.Numbers + at, weights + at, near.Columns, source, width, place, add);
                }
            }
        );

    // gradient of row n += Σ over the places (i, k) that name n of weight_ik · source_i.
    private void ScatterNeighbours(CpuTensor target, CpuIndices near, float* weights, float* source)
    {
        _ = near.NamedRowCount;
        NativeBuffer ordered = Pool.Rent(near.Count);
        for (int place = 0; place < near.Count; place++)
        {
            ordered.Floats[place] = weights[near.Places[place]];
        }

        ScatterAdd(target, near, near.PlaceRows, ordered.Floats, source);
        Pool.Return(ordered);
    }
}
