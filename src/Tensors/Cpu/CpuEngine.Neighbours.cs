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
        CpuTensor result = Result(near.Rows, near.Columns, source);
        DotNeighbours(near, source.Values, source.Values, width, result.Values, add: false);
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
                    DotNeighbours(near, result.Gradient, source.Values, width, weight.Gradient, add);
                }

                if (source.RequiresGradient)
                {
                    ScatterNeighbours(source, near, weight.Values, result.Gradient);
                }
            }
        );
    }

    // target_ik (+)= ⟨left_i, source_{n(i,k)}⟩.
    private void DotNeighbours(CpuIndices near, float* left, float* source, int width, float* target, bool add) =>
        ForRows(
            near.Rows,
            (long)width * near.Columns,
            (_, from, to, _) =>
            {
                for (long i = from; i < to; i++)
                {
                    long at = i * near.Columns;
                    float* place = target + at;
                    kernel.GatherDots(near.Numbers + at, near.Columns, source, width, left + (i * width), place, add);
                }
            }
        );

    // target_i (+)= Σ_k weight_ik · source_{n(i,k)}.
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
