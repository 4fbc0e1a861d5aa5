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
