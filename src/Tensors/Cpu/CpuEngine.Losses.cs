using CranePipeline.Tensors.Cpu;
using CranePipeline.Tensors.Kernels;

namespace CranePipeline.Tensors;

/// <content>Fused losses.</content>
public sealed unsafe partial class CpuEngine
{
    private const int SimilarityGroups = 8;

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
        SameShape(Own(a), Own(b));
        return InfoNce(a, b, null, temperature);
    }

    /// <inheritdoc/>
    public Tensor InfoNceLoss(Tensor a, Tensor b, IndexTensor positives, float temperature)
    {
        CpuIndices own = Own(positives);
        Fits(a.Columns == b.Columns, a, b);
        if (own.Columns != 1 || own.Rows != a.Rows || own.Bound > b.Rows)
        {
            throw new ArgumentException(
                $"InfoNceLoss needs one of {b.Rows} rows for each of {a.Rows}, not {own.Rows} × {own.Columns} below {own.Bound}.",
                nameof(positives)
            );
        }

        return InfoNce(a, b, own, temperature);
    }

    private CpuTensor InfoNce(Tensor a, Tensor b, CpuIndices? positives, float temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (a.Rows == 0)
        {
            throw new ArgumentException("InfoNceLoss needs at least one row.", nameof(a));
        }

        (CpuTensor left, CpuTensor right) = (Own(NormalizeRows(a)), Own(NormalizeRows(b)));
        CpuTensor result = Result(1, 1, left, right);
        CpuTensor losses = Auxiliary(left.Rows, 1);
        if (!result.RequiresGradient)
        {
            ForSimilarityBlocks(
                left,
                right,
                (_, _, first, rows, similarities, _) =>
                {
                    for (int i = 0; i < rows; i++)
                    {
                        float* row = similarities + ((long)i * right.Rows);
                        _ = InfoNceRow(row, right.Rows, first + i, positives, 1f / temperature, losses);
                    }
                }
            );
            *result.Values = MeanOf(losses);
            return result;
        }

        // The exponentials are dear and the slopes follow from them, so both sides' slopes are made here and only scaled in
        // the backward pass.
        CpuTensor leftSlopes = Auxiliary(left.Rows, left.Columns);
        CpuTensor rightSlopes = Auxiliary(right.Rows, right.Columns);
        InfoNceSlopes(left, right, positives, 1f / temperature, losses, leftSlopes, rightSlopes);
        *result.Values = MeanOf(losses);
        return Record(
            result,
            () =>
            {
                if (left.RequiresGradient)
                {
                    Accumulate(left, new Maps.Scaled(*result.Gradient), leftSlopes.Values);
                }

                if (right.RequiresGradient)
                {
                    Accumulate(right, new Maps.Scaled(*result.Gradient), rightSlopes.Values);
                }
            }
        );
    }

    private float MeanOf(CpuTensor losses) =>
        (float)(Reduce(losses.Count, (from, count) => kernel.Sum(losses.Values + from, count)) / losses.Count);

    // Turns a row of similarities into exp(similarity / τ − shift); returns their sum. The row's loss goes to losses.
    private float InfoNceRow(float* similarities, int count, int row, CpuIndices? positives, float sharpness, CpuTensor losses)
    {
        float shift = sharpness * kernel.Largest(similarities, count);
        float own = sharpness * similarities[Positive(positives, row)];
        float sum = kernel.ExpSum(similarities, sharpness, shift, similarities, count);
        losses.Values[row] = shift + MathF.Log(sum) - own;
        return sum;
    }

    private static int Positive(CpuIndices? positives, int row) => positives is null ? row : positives.Numbers[row];

    // With P the shares of the rows: leftSlopes = (P − 1) · right / (τ n), rightSlopes = (P − 1)ᵀ · left / (τ n).
    private void InfoNceSlopes(
        CpuTensor left,
        CpuTensor right,
        CpuIndices? positives,
        float sharpness,
        CpuTensor losses,
        CpuTensor leftSlopes,
        CpuTensor rightSlopes
    )
    {
        int count = right.Rows;
        float factor = sharpness / left.Rows;
        NativeBuffer partials = Pool.Rent(SimilarityGroups * rightSlopes.Count);
        int groups = ForSimilarityBlocks(
            left,
            right,
            (group, isFirst, first, rows, similarities, scratch) =>
            {
                for (int i = 0; i < rows; i++)
                {
                    float* row = similarities + ((long)i * count);
                    float sum = InfoNceRow(row, count, first + i, positives, sharpness, losses);
                    kernel.Map(new Maps.Scaled(factor / sum), row, row, count, add: false);
                    row[Positive(positives, first + i)] -= factor;
                }

                var shares = new View(similarities, rows, count, count, 1);
                View target = leftSlopes.AsView().Part(first, rows, 0, left.Columns);
                multiplier.MultiplyHere(shares, right.AsView(), target, add: false, scratch);
                float* partial = partials.Floats + (group * rightSlopes.Count);
                target = new View(partial, count, right.Columns, right.Columns, 1);
                View part = left.AsView().Part(first, rows);
                multiplier.MultiplyHere(shares.Transposed, part, target, add: !isFirst, scratch);
            }
        );
        for (int group = 0; group < groups; group++)
        {
            float* partial = partials.Floats + (group * rightSlopes.Count);
            Map(default(Maps.Identity), partial, rightSlopes.Values, rightSlopes.Count, add: group > 0);
        }

        Pool.Return(partials);
    }

    private delegate void SimilarityBlock(int group, bool isFirst, int first, int rows, float* similarities, float* scratch);

    // Hands out a · bᵀ in blocks of rows, which are gathered into a few groups, each worked through in order. Both are cut by the
    // shapes alone. Returns the number of groups.
    private int ForSimilarityBlocks(CpuTensor a, CpuTensor b, SimilarityBlock body)
    {
        int size = Math.Clamp((1 << 17) / b.Rows, 12, 96);
        int blocks = (a.Rows + size - 1) / size;
        int groups = Math.Min(blocks, SimilarityGroups);
        long blockFloats = (long)size * b.Rows;
        long scratchFloats = blockFloats + Multiplier.ScratchFloats;
        NativeBuffer scratch = Pool.Rent(scratchFloats * workers.Threads);
        workers.Run(
            groups,
            (group, worker) =>
            {
                float* similarities = scratch.Floats + (worker * scratchFloats);
                float* rest = similarities + blockFloats;
                int start = group * blocks / groups;
                for (int block = start; block < (group + 1) * blocks / groups; block++)
                {
                    int first = block * size;
                    int rows = Math.Min(size, a.Rows - first);
                    var target = new View(similarities, rows, b.Rows, b.Rows, 1);
                    View part = a.AsView().Part(first, rows);
                    multiplier.MultiplyHere(part, b.AsView().Transposed, target, add: false, rest);
                    body(group, block == start, first, rows, similarities, rest);
                }
            }
        );
        Pool.Return(scratch);
        return groups;
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
