using CranePipeline.Tensors.Cpu;

namespace CranePipeline.Tensors;

/// <content>K neighbours of every row.</content>
public sealed unsafe partial class CpuEngine
{
    /// <inheritdoc/>
    public Tensor NeighbourDots(Tensor a, IndexTensor neighbours) => NeighbourDots(Own(a), Own(neighbours), null);

    /// <inheritdoc/>
    public Tensor NeighbourDots(Tensor a, IndexTensor neighbours, IndexTensor wanted) =>
        NeighbourDots(Own(a), Own(neighbours), Own(wanted));

    /// <inheritdoc/>
    public Tensor NeighbourSum(Tensor weights, Tensor a, IndexTensor neighbours) =>
        NeighbourSum(Own(weights), Own(a), Own(neighbours), null);

    /// <inheritdoc/>
    public Tensor NeighbourSum(Tensor weights, Tensor a, IndexTensor neighbours, IndexTensor wanted) =>
        NeighbourSum(Own(weights), Own(a), Own(neighbours), Own(wanted));

    /// <inheritdoc/>
    public Tensor RowDots(Tensor a, Tensor b, IndexTensor rows)
    {
        (CpuTensor left, CpuTensor source, CpuIndices near) = (Own(a), Own(b), Own(rows));
        CheckIndices(source, near);
        if (near.Rows != left.Rows || left.Columns != source.Columns)
        {
            throw new ArgumentException($"RowDots has {near.Rows} × {near.Columns} rows of {Shape(source)} for {Shape(left)}.");
        }

        int width = source.Columns;
        CpuTensor result = Result(near.Rows, near.Columns, left, source);
        DotNeighbours(near, null, left.Values, source.Values, width, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                if (left.RequiresGradient)
                {
                    bool add = left.OpenGradient();
                    SumNeighbours(near, null, result.Gradient, source.Values, width, left.Gradient, add);
                }

                if (source.RequiresGradient)
                {
                    ScatterNeighbours(source, near, null, result.Gradient, left.Values);
                }
            }
        );
    }

    private CpuTensor NeighbourDots(CpuTensor source, CpuIndices near, CpuIndices? wanted)
    {
        CheckIndices(source, near);
        CheckWanted(near, wanted);
        if (near.Rows != source.Rows)
        {
            throw new ArgumentException($"NeighbourDots has {near.Rows} rows of neighbours for {Shape(source)}.");
        }

        int width = source.Columns;
        CpuTensor result = Result(near.Rows, near.Columns, source);
        DotNeighbours(near, wanted, source.Values, source.Values, width, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                bool add = source.OpenGradient();
                SumNeighbours(near, wanted, result.Gradient, source.Values, width, source.Gradient, add);
                ScatterNeighbours(source, near, wanted, result.Gradient, source.Values);
            }
        );
    }

    private CpuTensor NeighbourSum(CpuTensor weight, CpuTensor source, CpuIndices near, CpuIndices? wanted)
    {
        CheckIndices(source, near);
        CheckWanted(near, wanted);
        if (near.Rows != weight.Rows || near.Columns != weight.Columns)
        {
            throw new ArgumentException($"NeighbourSum has {Shape(weight)} weights for {near.Rows} × {near.Columns} neighbours.");
        }

        int width = source.Columns;
        CpuTensor result = Result(near.Rows, width, weight, source);
        SumNeighbours(near, wanted, weight.Values, source.Values, width, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                if (weight.RequiresGradient)
                {
                    bool add = weight.OpenGradient();
                    DotNeighbours(near, wanted, result.Gradient, source.Values, width, weight.Gradient, add);
                }

                if (source.RequiresGradient)
                {
                    ScatterNeighbours(source, near, wanted, weight.Values, result.Gradient);
                }
            }
        );
    }

    private static void CheckWanted(CpuIndices near, CpuIndices? wanted)
    {
        if (wanted is null)
        {
            return;
        }

        bool fits = wanted.Columns == 1 && wanted.Bound == near.Rows;
        for (int place = 1; place < wanted.Count && fits; place++)
        {
            fits = wanted.Numbers[place - 1] < wanted.Numbers[place];
        }

        if (!fits)
        {
            throw new ArgumentException(
                $"Wanted rows are one column of ascending numbers of {near.Rows} rows, not {wanted.Columns} of {wanted.Bound}.",
                nameof(wanted)
            );
        }

        wanted.Mark();
    }

    // target_ik (+)= ⟨left_i, source_{n(i,k)}⟩, and 0 for a row that is not wanted.
    private void DotNeighbours(
        CpuIndices near,
        CpuIndices? wanted,
        float* left,
        float* source,
        int width,
        float* target,
        bool add
    ) =>
        ForRows(
            near.Rows,
            (long)width * near.Columns,
            (_, from, to, _) =>
            {
                int count = near.Columns;
                for (long i = from; i < to; i++)
                {
                    float* place = target + (i * count);
                    if (wanted is null || wanted.Marks[i] != 0)
                    {
                        kernel.GatherDots(near.Numbers + (i * count), count, source, width, left + (i * width), place, add);
                    }
                    else if (!add)
                    {
                        new Span<float>(place, count).Clear();
                    }
                }
            }
        );

    // target_i (+)= Σ_k weight_ik · source_{n(i,k)}, and 0 for a row that is not wanted.
    private void SumNeighbours(
        CpuIndices near,
        CpuIndices? wanted,
        float* weights,
        float* source,
        int width,
        float* target,
        bool add
    ) =>
        ForRows(
            near.Rows,
            (long)width * near.Columns,
            (_, from, to, _) =>
            {
                for (long i = from; i < to; i++)
                {
                    long at = i * near.Columns;
                    int count = wanted is null ? near.Columns : wanted.Marks[i] * near.Columns;
                    if (count > 0 || !add)
                    {
                        kernel.GatherSum(near.Numbers + at, weights + at, count, source, width, target + (i * width), add);
                    }
                }
            }
        );

    // gradient of row n += Σ over the places (i, k) that name n, i being a wanted row, of weight_ik · source_i.
    private void ScatterNeighbours(CpuTensor target, CpuIndices near, CpuIndices? wanted, float* weights, float* source)
    {
        int named = near.NamedRowCount;
        int width = target.Columns;
        target.OpenZeroGradient();
        int longest = near.MostPlaces;
        NativeBuffer scratch = Pool.Rent(2L * Math.Max(1, longest) * workers.Threads);
        ForRows(
            named,
            (long)width * Math.Max(1, near.Count / Math.Max(1, named)),
            (_, from, to, worker) =>
            {
                int* rows = scratch.Ints + (2L * longest * worker);
                var kept = (float*)(rows + longest);
                int* places = near.Places;
                int* placeRows = near.PlaceRows;
                int* marks = wanted is null ? null : wanted.Marks;
                float* weightOf = weights;
                for (int n = from; n < to; n++)
                {
                    int count = 0;
                    int end = near.Offsets[n + 1];
                    for (int at = near.Offsets[n]; at < end; at++)
                    {
                        // Kept or overwritten by the next: a branch would be mispredicted half the time.
                        int row = placeRows[at];
                        (rows[count], kept[count]) = (row, weightOf[places[at]]);
                        count += marks == null ? 1 : marks[row];
                    }

                    float* place = target.Gradient + ((long)near.NamedRows[n] * width);
                    kernel.GatherSum(rows, kept, count, source, width, place, add: true);
                }
            }
        );
        Pool.Return(scratch);
    }
}
