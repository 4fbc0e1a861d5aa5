using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <content>Dots and sums over lists of rows.</content>
public sealed partial class TorchEngine
{
    /// <inheritdoc/>
    public Tensor NeighbourDots(Tensor a, IndexTensor neighbours)
    {
        Shapes.Indices(a, (TorchIndices)neighbours, neighbours.Rows == a.Rows);
        return Wrap(Dots(Of(a), Of(a), (TorchIndices)neighbours));
    }

    /// <inheritdoc/>
    public Tensor NeighbourDots(Tensor a, IndexTensor neighbours, IndexTensor wanted)
    {
        Shapes.Indices(a, (TorchIndices)neighbours, neighbours.Rows == a.Rows);
        Shapes.Indices(a, (TorchIndices)wanted, wanted.Columns == 1);
        var rows = (TorchIndices)wanted;
        TorchIndices part = step.Keep(((TorchIndices)neighbours).Only(rows));
        torch.Tensor dots = Dots(Gathered(Of(a), rows), Of(a), part);
        return Wrap(torch.zeros(neighbours.Rows, neighbours.Columns, device: device).index_copy(0, rows.Flat, dots));
    }

    /// <inheritdoc/>
    public Tensor RowDots(Tensor a, Tensor b, IndexTensor rows)
    {
        Shapes.Indices(b, (TorchIndices)rows);
        Shapes.Check(rows.Rows == a.Rows && a.Columns == b.Columns, "RowDots", a, b);
        return Wrap(Dots(Of(a), Of(b), (TorchIndices)rows));
    }

    /// <inheritdoc/>
    public Tensor NeighbourSum(Tensor weights, Tensor a, IndexTensor neighbours)
    {
        Shapes.Indices(a, (TorchIndices)neighbours);
        Shapes.Weights(weights, neighbours);
        return Wrap(Sums(Of(weights), Of(a), (TorchIndices)neighbours));
    }

    /// <inheritdoc/>
    public Tensor NeighbourSum(Tensor weights, Tensor a, IndexTensor neighbours, IndexTensor wanted)
    {
        Shapes.Indices(a, (TorchIndices)neighbours);
        Shapes.Weights(weights, neighbours);
        Shapes.Indices(weights, (TorchIndices)wanted, wanted.Columns == 1);
        var rows = (TorchIndices)wanted;
        TorchIndices part = step.Keep(((TorchIndices)neighbours).Only(rows));
        torch.Tensor sums = Sums(Gathered(Of(weights), rows), Of(a), part);
        return Wrap(torch.zeros(neighbours.Rows, a.Columns, device: device).index_copy(0, rows.Flat, sums));
    }

    private torch.Tensor Gathered(torch.Tensor a, TorchIndices indices) =>
        a.requires_grad
            ? GatherFunction.Apply(a, indices.Compressed((int)a.shape[0]), indices.Flat, step)
            : a.index_select(0, indices.Flat);

    private torch.Tensor Sums(torch.Tensor weights, torch.Tensor a, TorchIndices neighbours) =>
        NeighbourSumFunction.Apply(weights, a, neighbours.Compressed((int)a.shape[0]), neighbours.Flat, step);

    /// <summary>
    /// ⟨q_r, a_{n(r,k)}⟩: all at once where gradients are recorded, which need the neighbours' rows again, and else in blocks.
    /// </summary>
    private torch.Tensor Dots(torch.Tensor queries, torch.Tensor a, TorchIndices neighbours)
    {
        (int rows, int each) = (neighbours.Rows, neighbours.Columns);
        if (inStep && hasGradients)
        {
            return NeighbourDotsFunction.Apply(queries, a, neighbours.Compressed((int)a.shape[0]), neighbours.Flat, step);
        }

        int block = BlockRows(rows, each * (int)a.shape[1]);
        torch.Tensor dots = torch.empty(rows, each, device: device);
        for (int start = 0; start < rows; start += block)
        {
            using var scope = torch.NewDisposeScope();
            int count = Math.Min(block, rows - start);
            torch.Tensor flat = neighbours.Flat.narrow(0, (long)start * each, (long)count * each);
            dots.narrow(0, start, count).copy_(NeighbourDotsFunction.Dots(queries.narrow(0, start, count), a, flat));
        }

        return dots;
    }
}
