using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>Attention between all rows, in blocks.</content>
public sealed unsafe partial class CpuEngine
{
    private const int AttentionRows = 96;
    private const int AttentionColumns = 512;

    /// <inheritdoc/>
    public Tensor EntityAttention(Tensor queries, Tensor keys, Tensor values, AttentionActivation activation)
    {
        (CpuTensor query, CpuTensor key, CpuTensor value) = (Own(queries), Own(keys), Own(values));
        Fits(query.Columns == key.Columns, query, key);
        Fits(key.Rows == value.Rows, key, value);
        CpuTensor result = Result(query.Rows, value.Columns, query, key, value);

        // For softmax, each row's log Σ exp(score): the weights are exp(score − that), here and in the backward pass.
        CpuTensor logSums = Auxiliary(query.Rows, 1);
        var attention = new Attention(query, key, value, logSums, activation);
        AttentionForward(attention, result);
        return Record(
            result,
            () =>
            {
                CpuTensor shifts = Auxiliary(query.Rows, 1);
                ForRows(
                    query.Rows,
                    value.Columns,
                    (_, from, to, _) =>
                    {
                        for (int i = from; i < to; i++)
                        {
                            float* gradient = result.Gradient + ((long)i * result.Columns);
                            shifts.Values[i] = kernel.Dot(result.Row(i), gradient, result.Columns);
                        }
                    }
                );
                if (query.RequiresGradient)
                {
                    AttentionQueryGradient(attention, result, shifts);
                }

                if (key.RequiresGradient || value.RequiresGradient)
                {
                    AttentionKeyGradients(attention, result, shifts);
                }
            }
        );
    }

    private void AttentionForward(Attention attention, CpuTensor result)
    {
        (CpuTensor query, CpuTensor key, CpuTensor value) = (attention.Query, attention.Key, attention.Value);
        bool softmax = attention.Activation == AttentionActivation.Softmax;
        float scale = attention.Scale;
        ForAttentionBlocks(
            query.Rows,
            blocks: 1,
            (first, rows, scores, _, scratch) =>
            {
                Span<float> largest = stackalloc float[AttentionRows];
                Span<double> sums = stackalloc double[AttentionRows];
                largest.Fill(float.NegativeInfinity);
                sums.Clear();
                View target = result.AsView().Part(first, rows);
                for (int start = 0; start < key.Rows; start += AttentionColumns)
                {
                    int columns = Math.Min(AttentionColumns, key.Rows - start);
                    View block = RowProducts(
                        query.AsView().Part(first, rows),
                        key.AsView().Part(start, columns),
                        scores,
                        scratch
                    );
                    for (int i = 0; i < rows; i++)
                    {
                        float* row = scores + (i * AttentionColumns);
                        if (!softmax)
                        {
                            TanhShares(row, scale, key.Rows, columns);
                            continue;
                        }

                        float top = MathF.Max(largest[i], scale * kernel.Largest(row, columns));
                        if (top > largest[i] && start > 0)
                        {
                            float shrink = MathF.Exp(largest[i] - top);
                            sums[i] *= shrink;
                            kernel.Map(
                                new Maps.Scaled(shrink),
                                result.Row(first + i),
                                result.Row(first + i),
                                result.Columns,
                                false
                            );
                        }

                        largest[i] = top;
                        sums[i] += kernel.ExpSum(row, scale, top, row, columns);
                    }

                    multiplier.MultiplyHere(block, value.AsView().Part(start, columns), target, add: start > 0, scratch);
                }

                for (int i = 0; i < rows && softmax; i++)
                {
                    float* row = result.Row(first + i);
                    kernel.Map(new Maps.Scaled((float)(1.0 / sums[i])), row, row, result.Columns, add: false);
                    attention.LogSums.Values[first + i] = largest[i] + (float)Math.Log(sums[i]);
                }
            }
        );
    }

    // block_ij = ⟨left_i, right_j⟩.
    private View RowProducts(View left, View right, float* block, float* scratch)
    {
        var products = new View(block, left.Rows, right.Rows, AttentionColumns, 1);
        multiplier.MultiplyHere(left, right.Transposed, products, add: false, scratch);
        return products;
    }

    // row = tanh(scale · row) / keys.
    private void TanhShares(float* row, float scale, int keys, int count)
    {
        kernel.Map(new Maps.Scaled(scale), row, row, count, add: false);
        kernel.Map(default(Maps.Tanh), row, row, count, add: false);
        kernel.Map(new Maps.Scaled(1f / keys), row, row, count, add: false);
    }

    private delegate void AttentionBlock(int first, int rows, float* scores, float* slopes, float* scratch);

    // Hands out blocks of rows with one or two blocks of memory for scores, and scratch for products.
    private void ForAttentionBlocks(int count, int blocks, AttentionBlock body)
    {
        const long BlockFloats = AttentionRows * AttentionColumns;
        long ownFloats = (blocks * BlockFloats) + Multiplier.ScratchFloats;
        NativeBuffer memory = Pool.Rent(ownFloats * workers.Threads);
        workers.Run(
            (count + AttentionRows - 1) / AttentionRows,
            (block, worker) =>
            {
                int first = block * AttentionRows;
                float* own = memory.Floats + (worker * ownFloats);
                float* scratch = own + (blocks * BlockFloats);
                body(first, Math.Min(AttentionRows, count - first), own, scratch - BlockFloats, scratch);
            }
        );
        Pool.Return(memory);
    }

    private sealed record Attention(
        CpuTensor Query,
        CpuTensor Key,
        CpuTensor Value,
        CpuTensor LogSums,
        AttentionActivation Activation
    )
    {
        public float Scale => 1f / MathF.Sqrt(Query.Columns);
    }
}
