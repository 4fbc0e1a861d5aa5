using CranePipeline.Tensors.Cpu;

namespace CranePipeline.Tensors;

/// <content>Maxima and attention-weighted sums over the neighbours of a graph.</content>
public sealed unsafe partial class CpuEngine
{
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
}
