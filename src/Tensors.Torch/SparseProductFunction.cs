using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>s · a for a constant s, whose gradient is the product with the transpose prepared beforehand.</summary>
internal sealed class SparseProductFunction : torch.autograd.SingleTensorFunction<SparseProductFunction>
{
    private const string Transposed = "transposed";

    public override string Name => nameof(SparseProductFunction);

    public static torch.Tensor Apply(torch.Tensor sparse, torch.Tensor transposed, torch.Tensor dense) =>
        apply(dense, new Operands(sparse, transposed));

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var operands = (Operands)vars[1];
        ctx.save_data(Transposed, operands.Transposed);
        return operands.Sparse.mm((torch.Tensor)vars[0]);
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output) =>
        [((torch.Tensor)ctx.get_data(Transposed)).mm(grad_output.contiguous()), null!];

    /// <summary>Wraps the constants so that they are not taken for differentiable inputs.</summary>
    private sealed record Operands(torch.Tensor Sparse, torch.Tensor Transposed);
}
