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
        ClearUnwanted(wanted, result.Values, near.Rows, result.Columns);
        DotNeighbours(near, wanted, source.Values, source.Values, width, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                bool add = source.OpenGradient();
                if (!add)
                {
                    ClearUnwanted(wanted, source.Gradient, near.Rows, width);
                }

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
        ClearUnwanted(wanted, result.Values, near.Rows, result.Columns);
        SumNeighbours(near, wanted, weight.Values, source.Values, width, result.Values, add: false);
        return Record(
            result,
            () =>
            {
                if (weight.RequiresGradient)
                {
                    bool add = weight.OpenGradient();
                    if (!add)
                    {
                        ClearUnwanted(wanted, weight.Gradient, near.Rows, near.Columns);
                    }

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

        bool fits = wanted.Columns == 1 && wanted.Bound <= near.Rows;
        for (int place = 1; place < wanted.Count && fits; place++)
        {
            fits = wanted.Numbers[place - 1] < wanted.Numbers[place];
        }

        if (!fits)
        {
            throw new ArgumentException(
                $"Wanted rows are one column of ascending numbers below {near.Rows}, not {wanted.Columns} below {wanted.Bound}.",
                nameof(wanted)
            );
        }
    }

    private static void ClearUnwanted(CpuIndices? wanted, float* values, int rows, int width)
    {
        if (wanted is null)
        {
            return;
        }

        int next = 0;
        for (int place = 0; place <= wanted.Count; place++)
        {
            int row = place < wanted.Count ? wanted.Numbers[place] : rows;
            new Span<float>(values + ((long)next * width), (row - next) * width).Clear();
            next = row + 1;
        }
    }

    // Calls with the numbers of all rows, or of the wanted ones.
    private void ForNeighbours(CpuIndices near, CpuIndices? wanted, int width, Action<int> body) =>
        ForRows(
            wanted?.Count ?? near.Rows,
            (long)width * near.Columns,
            (_, from, to, _) =>
            {
                for (int place = from; place < to; place++)
                {
                    body(wanted is null ? place : wanted.Numbers[place]);
                }
            }
        );

    // target_ik (+)= ⟨left_i, source_{n(i,k)}⟩.
    private void DotNeighbours(
        CpuIndices near,
        CpuIndices? wanted,
        float* left,
        float* source,
        int width,
        float* target,
        bool add
    ) =>
        ForNeighbours(
            near,
            wanted,
            width,
            i =>
            {
                long at = (long)i * near.Columns;
                float* own = left + ((long)i * width);
                kernel.GatherDots(near.Numbers + at, near.Columns, source, width, own, target + at, add);
            }
        );

    // target_i (+)= Σ_k weight_ik · source_{n(i,k)}.
    private void SumNeighbours(
        CpuIndices near,
        CpuIndices? wanted,
        float* weights,
        float* source,
        int width,
        float* target,
        bool add
    ) =>
        ForNeighbours(
            near,
            wanted,
            width,
            i =>
            {
                long at = (long)i * near.Columns;
                float* place = target + ((long)i * width);
                kernel.GatherSum(near.Numbers + at, weights + at, near.Columns, source, width, place, add);
            }
        );

    // gradient of row n += Σ over the places (i, k) that name n, i being a wanted row, of weight_ik · source_i.
    private void ScatterNeighbours(CpuTensor target, CpuIndices near, CpuIndices? wanted, float* weights, float* source)
    {
        int named = near.NamedRowCount;
        int width = target.Columns;
        target.OpenZeroGradient();
        NativeBuffer isWanted = Pool.Rent(near.Rows);
        new Span<int>(isWanted.Ints, near.Rows).Fill(wanted is null ? 1 : 0);
        for (int place = 0; place < wanted?.Count; place++)
        {
            isWanted.Ints[wanted.Numbers[place]] = 1;
        }

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
                int* takes = isWanted.Ints;
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
                        count += takes[row];
                    }

                    float* place = target.Gradient + ((long)near.NamedRows[n] * width);
                    kernel.GatherSum(rows, kept, count, source, width, place, add: true);
                }
            }
        );
        Pool.Return(scratch);
        Pool.Return(isWanted);
    }
}
