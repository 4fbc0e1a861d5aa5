using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>s · a for a constant s, whose gradient is the product with the transpose prepared beforehand.</summary>
internal sealed class SparseProductFunction : torch.autograd.SingleTensorFunction<SparseProductFunction>
{
    private const string Constants = "constants";

    public override string Name => nameof(SparseProductFunction);

    public static torch.Tensor Apply(torch.Tensor sparse, torch.Tensor transposed, torch.Tensor dense, StepValues step) =>
        apply(dense, new Operands(sparse, transposed, step));

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var operands = (Operands)vars[1];
        ctx.save_data(Constants, operands);
        return Script.Product(operands.Sparse, ((torch.Tensor)vars[0]).contiguous());
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var operands = (Operands)ctx.get_data(Constants);
        operands.Step.Keep(grad_output);
        torch.Tensor gradient = Script.Product(operands.Transposed, grad_output.contiguous());
        return [operands.Step.Keep(gradient.DetachFromDisposeScope()), null!];
    }

    /// <summary>Wraps the constants so that they are not taken for differentiable inputs.</summary>
    private sealed record Operands(torch.Tensor Sparse, torch.Tensor Transposed, StepValues Step);
}
