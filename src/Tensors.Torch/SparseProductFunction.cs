using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>s · a for a constant s, whose gradient is the product with the transpose prepared beforehand.</summary>
internal sealed class SparseProductFunction : torch.autograd.SingleTensorFunction<SparseProductFunction>
{
    private const string Constants = "constants";

    public override string Name => nameof(SparseProductFunction);

    /// <param name="sparse">The matrix.</param>
    /// <param name="transposed">Its transpose.</param>
    /// <param name="dense">The operand.</param>
    /// <param name="step">Who keeps the gradient.</param>
    /// <param name="half">Whether operand and gradient are rounded to bfloat16 first.</param>
    public static torch.Tensor Apply(
        torch.Tensor sparse,
        torch.Tensor transposed,
        torch.Tensor dense,
        StepValues step,
        bool half = false
    ) => apply(dense, new Operands(sparse, transposed, step, half));

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var operands = (Operands)vars[1];
        ctx.save_data(Constants, operands);
        using var scope = torch.NewDisposeScope();
        return Script.Product(operands.Sparse, operands.Rounded((torch.Tensor)vars[0])).MoveToOuterDisposeScope();
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var operands = (Operands)ctx.get_data(Constants);
        operands.Step.Keep(grad_output);
        torch.Tensor gradient = Script.Product(operands.Transposed, operands.Rounded(grad_output));
        return [operands.Step.Keep(gradient.DetachFromDisposeScope()), null!];
    }

    /// <summary>Wraps the constants so that they are not taken for differentiable inputs.</summary>
    private sealed record Operands(torch.Tensor Sparse, torch.Tensor Transposed, StepValues Step, bool Half)
    {
        public torch.Tensor Rounded(torch.Tensor dense) =>
            Half ? dense.to(torch.ScalarType.BFloat16).to(torch.ScalarType.Float32).contiguous() : dense.contiguous();
    }
}
