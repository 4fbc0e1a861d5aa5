using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>Fused losses.</content>
public sealed unsafe partial class CpuEngine
{
    /// <inheritdoc/>
    public Tensor BprLoss(Tensor users, Tensor positives, Tensor negatives)
    {
        (CpuTensor user, CpuTensor positive, CpuTensor negative) = (Own(users), Own(positives), Own(negatives));
        SameShape(user, positive);
        SameShape(user, negative);
        if (user.Rows == 0)
        {
            throw new ArgumentException("BprLoss needs at least one row.", nameof(users));
        }

        int width = user.Columns;
        int batch = user.Rows;
        CpuTensor result = Result(1, 1, user, positive, negative);
        CpuTensor losses = Auxiliary(batch, 1);
        CpuTensor slopes = Auxiliary(batch, 1);
        ForRows(
            batch,
            4L * width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    float margin =
                        kernel.Dot(user.Row(i), positive.Row(i), width) - kernel.Dot(user.Row(i), negative.Row(i), width);

                    // −log σ(x) = max(−x, 0) + log(1 + e^−|x|), which neither overflows nor cancels.
                    double small = Math.Exp(-Math.Abs((double)margin));
                    losses.Values[i] = (float)(Math.Max(-margin, 0.0) + Math.Log(1.0 + small));
                    double sigmoid = margin > 0 ? small / (1.0 + small) : 1.0 / (1.0 + small);
                    slopes.Values[i] = (float)(-sigmoid / batch);
                }
            }
        );
        *result.Values = (float)(Reduce(batch, (from, count) => kernel.Sum(losses.Values + from, count)) / batch);
        return Record(
            result,
            () =>
            {
                float factor = *result.Gradient;
                AddWeightedRows(user, slopes.Values, factor, positive.Values);
                AddWeightedRows(user, slopes.Values, -factor, negative.Values);
                AddWeightedRows(positive, slopes.Values, factor, user.Values);
                AddWeightedRows(negative, slopes.Values, -factor, user.Values);
            }
        );
    }

    /// <inheritdoc/>
    public Tensor InfoNceLoss(Tensor a, Tensor b, float temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        SameShape(Own(a), Own(b));
        if (a.Rows == 0)
        {
            throw new ArgumentException("InfoNceLoss needs at least one row.", nameof(a));
        }

        (CpuTensor left, CpuTensor right) = (Own(NormalizeRows(a)), Own(NormalizeRows(b)));
        CpuTensor result = Result(1, 1, left, right);
        int count = left.Rows;
        float sharpness = 1f / temperature;

        // The logarithm of each row's Σ exp(similarity / τ), from which the shares are had again in the backward pass.
        CpuTensor logSums = Auxiliary(count, 1);
        CpuTensor losses = Auxiliary(count, 1);
        ForSimilarityBlocks(
            left,
            right,
            (first, rows, similarities, _) =>
            {
                for (int i = 0; i < rows; i++)
                {
                    float* row = similarities + ((long)i * count);
                    float shift = sharpness * kernel.Largest(row, count);
                    float own = sharpness * row[first + i];
                    float sum = kernel.ExpSum(row, sharpness, shift, row, count);
                    logSums.Values[first + i] = shift + MathF.Log(sum);
                    losses.Values[first + i] = logSums.Values[first + i] - own;
                }
            }
        );
        *result.Values = (float)(Reduce(count, (from, length) => kernel.Sum(losses.Values + from, length)) / count);
        return Record(
            result,
            () =>
            {
                float factor = *result.Gradient * sharpness / count;
                if (left.RequiresGradient)
                {
                    InfoNceBackward(left, right, sharpness, factor, logSums, ofRows: true);
                }

                if (right.RequiresGradient)
                {
                    InfoNceBackward(right, left, sharpness, factor, logSums, ofRows: false);
                }
            }
        );
    }

    private delegate void SimilarityBlock(int first, int rows, float* similarities, float* scratch);

    // Hands out a · bᵀ in blocks of rows.
    private void ForSimilarityBlocks(CpuTensor a, CpuTensor b, SimilarityBlock body)
    {
        int size = Math.Clamp((1 << 18) / b.Rows, 12, 96);
        long blockFloats = (long)size * b.Rows;
        long scratchFloats = blockFloats + Multiplier.ScratchFloats;
        NativeBuffer scratch = Pool.Rent(scratchFloats * workers.Threads);
        workers.Run(
            (a.Rows + size - 1) / size,
            (block, worker) =>
            {
                int first = block * size;
                int rows = Math.Min(size, a.Rows - first);
                float* similarities = scratch.Floats + (worker * scratchFloats);
                float* rest = similarities + blockFloats;
                var target = new View(similarities, rows, b.Rows, b.Rows, 1);
                multiplier.MultiplyHere(
                    a.AsView().Part(first, rows, 0, a.Columns),
                    b.AsView().Transposed,
                    target,
                    add: false,
                    rest
                );
                body(first, rows, similarities, rest);
            }
        );
        Pool.Return(scratch);
    }

    // gradient of target += factor · (P − 1) · other, where P are the shares of rows, or their transpose.
    private void InfoNceBackward(CpuTensor target, CpuTensor other, float sharpness, float factor, CpuTensor logSums, bool ofRows)
    {
        bool add = target.OpenGradient();
        int count = target.Rows;
        ForSimilarityBlocks(
            target,
            other,
            (first, rows, similarities, scratch) =>
            {
                for (int i = 0; i < rows; i++)
                {
                    float* row = similarities + ((long)i * count);
                    if (ofRows)
                    {
                        _ = kernel.ExpSum(row, sharpness, logSums.Values[first + i], row, count);
                    }
                    else
                    {
                        kernel.Map(new Maps.ExpShifted(sharpness), row, logSums.Values, row, count, add: false);
                    }

                    row[first + i] -= 1f;
                    kernel.Map(new Maps.Scaled(factor), row, row, count, add: false);
                }

                multiplier.MultiplyHere(
                    new View(similarities, rows, count, count, 1),
                    other.AsView(),
                    target.GradientView().Part(first, rows, 0, target.Columns),
                    add,
                    scratch
                );
            }
        );
    }

    // gradient of row i += factor · weight_i · source_i.
    private void AddWeightedRows(CpuTensor target, float* weights, float factor, float* source)
    {
        if (!target.RequiresGradient)
        {
            return;
        }

        bool add = target.OpenGradient();
        int width = target.Columns;
        ForRows(
            target.Rows,
            width,
            (_, from, to, _) =>
            {
                for (int i = from; i < to; i++)
                {
                    long at = (long)i * width;
                    kernel.Map(new Maps.Scaled(factor * weights[i]), source + at, target.Gradient + at, width, add);
                }
            }
        );
    }
}
