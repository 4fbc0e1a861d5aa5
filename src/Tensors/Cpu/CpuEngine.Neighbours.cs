using CranePipeline.Tensors.Cpu;

namespace CranePipeline.Tensors;

/// <content>K neighbours of every row.</content>
public sealed unsafe partial class CpuEngine
{
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
        ForElements(
            near.Count,
            (from, count) =>
            {
                for (long place = from; place < from + count; place++)
                {
                    ordered.Floats[place] = weights[near.Places[place]];
                }
            }
        );

        ScatterAdd(target, near, near.PlaceRows, ordered.Floats, source);
        Pool.Return(ordered);
    }
}
