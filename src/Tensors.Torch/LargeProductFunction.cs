using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// x · a or xᵀ · a for a <see cref="LargeConstant"/> x, brought to the device in blocks of rows, on the way back once more.
/// </summary>
internal sealed class LargeProductFunction : torch.autograd.SingleTensorFunction<LargeProductFunction>
{
    private const string Constants = "constants";

    public override string Name => nameof(LargeProductFunction);

    public static torch.Tensor Apply(LargeConstant large, bool transpose, torch.Tensor dense, StepValues step) =>
        apply(dense, new Operands(large, transpose, step));

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var operands = (Operands)vars[1];
        ctx.save_data(Constants, operands);
        return Product(operands.Large, operands.Transpose, (torch.Tensor)vars[0]);
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var operands = (Operands)ctx.get_data(Constants);
        operands.Step.Keep(grad_output);
        torch.Tensor gradient = Product(operands.Large, !operands.Transpose, grad_output.contiguous());
        return [operands.Step.Keep(gradient.DetachFromDisposeScope()), null!];
    }

    private static torch.Tensor Product(LargeConstant large, bool transpose, torch.Tensor dense)
    {
        torch.Tensor result = torch.zeros(transpose ? large.Columns : large.Rows, dense.shape[1], device: dense.device);
        for (long start = 0; start < large.Rows; start += large.BlockRows)
        {
            using var scope = torch.NewDisposeScope();
            long count = Math.Min(large.BlockRows, large.Rows - start);
            torch.Tensor block = large.Block(start, count);
            if (transpose)
            {
                result.add_(block.t().mm(dense.narrow(0, start, count)));
            }
            else
            {
                result.narrow(0, start, count).copy_(block.mm(dense));
            }
        }

        return result;
    }

    /// <summary>Wraps the constants so that they are not taken for differentiable inputs.</summary>
    private sealed record Operands(LargeConstant Large, bool Transpose, StepValues Step);
}
