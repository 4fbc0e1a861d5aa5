using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>The gradients of attention between all rows, its weights being made again.</content>
public sealed unsafe partial class CpuEngine
{
    private void AttentionQueryGradient(Attention attention, CpuTensor result, CpuTensor shifts)
    {
        (CpuTensor query, CpuTensor key, CpuTensor value) = (attention.Query, attention.Key, attention.Value);
        bool add = query.OpenGradient();
        ForAttentionBlocks(
            query.Rows,
            blocks: 2,
            (first, rows, scores, slopes, scratch) =>
            {
                for (int start = 0; start < key.Rows; start += AttentionColumns)
                {
                    int columns = Math.Min(AttentionColumns, key.Rows - start);
                    View keyPart = key.AsView().Part(start, columns);
                    View scoreBlock = RowProducts(query.AsView().Part(first, rows), keyPart, scores, scratch);
                    _ = RowProducts(
                        result.GradientView().Part(first, rows),
                        value.AsView().Part(start, columns),
                        slopes,
                        scratch
                    );
                    for (int i = 0; i < rows; i++)
                    {
                        float* score = scores + (i * AttentionColumns);
                        float* slope = slopes + (i * AttentionColumns);
                        if (attention.Activation == AttentionActivation.Softmax)
                        {
                            _ = kernel.ExpSum(score, attention.Scale, attention.LogSums.Values[first + i], score, columns);
                            kernel.Map(new Maps.SoftmaxGradient(shifts.Values[first + i]), score, slope, score, columns, false);
                        }
                        else
                        {
                            TanhSlopes(score, slope, attention.Scale, key.Rows, columns);
                        }

                        kernel.Map(new Maps.Scaled(attention.Scale), score, score, columns, add: false);
                    }

                    View target = query.GradientView().Part(first, rows);
                    multiplier.MultiplyHere(scoreBlock, keyPart, target, add || start > 0, scratch);
                }
            }
        );
    }

    private void AttentionKeyGradients(Attention attention, CpuTensor result, CpuTensor shifts)
    {
        (CpuTensor query, CpuTensor key, CpuTensor value) = (attention.Query, attention.Key, attention.Value);
        bool softmax = attention.Activation == AttentionActivation.Softmax;
        bool addValues = value.RequiresGradient && value.OpenGradient();
        bool addKeys = key.RequiresGradient && key.OpenGradient();

        // Where keys and values are one tensor, the keys' part is added to the values' part.
        addKeys |= ReferenceEquals(key, value);
        ForAttentionBlocks(
            key.Rows,
            blocks: 2,
            (first, rows, scores, slopes, scratch) =>
            {
                for (int start = 0; start < query.Rows; start += AttentionColumns)
                {
                    int columns = Math.Min(AttentionColumns, query.Rows - start);
                    View queryPart = query.AsView().Part(start, columns);
                    View gradientPart = result.GradientView().Part(start, columns);
                    View scoreBlock = RowProducts(key.AsView().Part(first, rows), queryPart, scores, scratch);
                    if (value.RequiresGradient)
                    {
                        // The slopes' block holds the weights for a moment.
                        for (int j = 0; j < rows; j++)
                        {
                            float* score = scores + (j * AttentionColumns);
                            float* weight = slopes + (j * AttentionColumns);
                            if (softmax)
                            {
                                var map = new Maps.ExpShifted(attention.Scale);
                                kernel.Map(map, score, attention.LogSums.Values + start, weight, columns, add: false);
                            }
                            else
                            {
                                new ReadOnlySpan<float>(score, columns).CopyTo(new Span<float>(weight, columns));
                                TanhShares(weight, attention.Scale, key.Rows, columns);
                            }
                        }

                        View target = value.GradientView().Part(first, rows);
                        var weights = new View(slopes, rows, columns, AttentionColumns, 1);
                        multiplier.MultiplyHere(weights, gradientPart, target, addValues || start > 0, scratch);
                    }

                    if (!key.RequiresGradient)
                    {
                        continue;
                    }

                    _ = RowProducts(value.AsView().Part(first, rows), gradientPart, slopes, scratch);
                    for (int j = 0; j < rows; j++)
                    {
                        float* score = scores + (j * AttentionColumns);
                        float* slope = slopes + (j * AttentionColumns);
                        if (softmax)
                        {
                            var map = new Maps.ExpShifted(attention.Scale);
                            kernel.Map(map, score, attention.LogSums.Values + start, score, columns, add: false);
                            kernel.Map(new Maps.AddScaled(-1f), slope, shifts.Values + start, slope, columns, add: false);
                            kernel.Map(new Maps.Product(attention.Scale), score, slope, score, columns, add: false);
                        }
                        else
                        {
                            TanhSlopes(score, slope, attention.Scale, key.Rows, columns);
                            kernel.Map(new Maps.Scaled(attention.Scale), score, score, columns, add: false);
                        }
                    }

                    View keyTarget = key.GradientView().Part(first, rows);
                    multiplier.MultiplyHere(scoreBlock, queryPart, keyTarget, addKeys || start > 0, scratch);
                }
            }
        );
    }

    // score = (1 − tanh²(scale · score)) · slope / keys.
    private void TanhSlopes(float* score, float* slope, float scale, int keys, int count)
    {
        kernel.Map(new Maps.Scaled(scale), score, score, count, add: false);
        kernel.Map(default(Maps.Tanh), score, score, count, add: false);
        kernel.Map(default(Maps.TanhGradient), score, slope, score, count, add: false);
        kernel.Map(new Maps.Scaled(1f / keys), score, score, count, add: false);
    }
}
