using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>A matrix held by TorchSharp, two-dimensional float32.</summary>
internal sealed class TorchTensor(IEngine engine, torch.Tensor value) : Tensor
{
    public torch.Tensor Value { get; } = value;

    public override IEngine Engine => engine;

    public override int Rows => (int)Value.shape[0];

    public override int Columns => (int)Value.shape[1];

    public override bool RequiresGradient => Value.requires_grad;

    public override void Dispose() => Value.Dispose();
}

/// <summary>Row numbers held by TorchSharp, flat int64.</summary>
internal sealed class TorchIndices(torch.Tensor flat, int rows, int columns, int bound) : IndexTensor
{
    public torch.Tensor Flat { get; } = flat;

    public override int Rows { get; } = rows;

    public override int Columns { get; } = columns;

    /// <summary>All numbers are below it.</summary>
    public int Bound { get; } = bound;

    public override void Dispose() => Flat.Dispose();
}
