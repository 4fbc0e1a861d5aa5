using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// Σ_k w_{rk} a_{n(r,k)} for the rows r of a list of neighbours: a sparse product whose values are the weights. The library's own gradient
/// of gathering neighbours adds them up one by one.
/// </summary>
internal sealed class NeighbourSumFunction : torch.autograd.SingleTensorFunction<NeighbourSumFunction>
{
    private const string Constants = "constants";

    public override string Name => nameof(NeighbourSumFunction);

    /// <param name="weights"><c>[rows × K]</c>.</param>
    /// <param name="a"><c>[n × d]</c>.</param>
    /// <param name="members">Where the neighbours stand.</param>
    /// <param name="flat">The neighbours, <c>[rows · K]</c>.</param>
    /// <param name="step">What owns the gradients.</param>
    public static torch.Tensor Apply(
        torch.Tensor weights,
        torch.Tensor a,
        CompressedRows members,
        torch.Tensor flat,
        StepValues step
    ) => apply(weights, a, new NeighbourOperands(members, flat, step, weights.requires_grad, a.requires_grad));

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var (weights, a, operands) = ((torch.Tensor)vars[0], (torch.Tensor)vars[1], (NeighbourOperands)vars[2]);
        ctx.save_for_backward([weights, a]);
        ctx.save_data(Constants, operands);
        return operands.Members.Product(weights.reshape(-1), a);
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var operands = (NeighbourOperands)ctx.get_data(Constants);
        operands.Step.Keep(grad_output);
        List<torch.Tensor> saved = ctx.get_saved_variables();
        torch.Tensor outward = grad_output.contiguous();
        return
        [
            operands.NeedsFirst ? operands.Give(NeighbourDotsFunction.Dots(outward, saved[1], operands.Flat)) : null!,
            operands.NeedsSecond ? operands.Give(operands.Members.TransposedProduct(saved[0].reshape(-1), outward)) : null!,
            null!,
        ];
    }
}

/// <summary>⟨q_r, a_{n(r,k)}⟩ for the rows r of a list of neighbours.</summary>
internal sealed class NeighbourDotsFunction : torch.autograd.SingleTensorFunction<NeighbourDotsFunction>
{
    private const string Constants = "constants";

    public override string Name => nameof(NeighbourDotsFunction);

    /// <param name="queries"><c>[rows × d]</c>.</param>
    /// <param name="a"><c>[n × d]</c>.</param>
    /// <param name="members">Where the neighbours stand.</param>
    /// <param name="flat">The neighbours, <c>[rows · K]</c>.</param>
    /// <param name="step">What owns the gradients.</param>
    public static torch.Tensor Apply(
        torch.Tensor queries,
        torch.Tensor a,
        CompressedRows members,
        torch.Tensor flat,
        StepValues step
    ) => apply(queries, a, new NeighbourOperands(members, flat, step, queries.requires_grad, a.requires_grad));

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var (queries, a, operands) = ((torch.Tensor)vars[0], (torch.Tensor)vars[1], (NeighbourOperands)vars[2]);
        ctx.save_for_backward([queries, a]);
        ctx.save_data(Constants, operands);
        return Dots(queries, a, operands.Flat);
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var operands = (NeighbourOperands)ctx.get_data(Constants);
        operands.Step.Keep(grad_output);
        List<torch.Tensor> saved = ctx.get_saved_variables();
        torch.Tensor values = grad_output.contiguous().reshape(-1);
        return
        [
            operands.NeedsFirst ? operands.Give(operands.Members.Product(values, saved[1])) : null!,
            operands.NeedsSecond ? operands.Give(operands.Members.TransposedProduct(values, saved[0])) : null!,
            null!,
        ];
    }

    /// <summary>⟨q_r, a_{n(r,k)}⟩, <c>[rows × K]</c>.</summary>
    public static torch.Tensor Dots(torch.Tensor queries, torch.Tensor a, torch.Tensor flat)
    {
        using var scope = torch.NewDisposeScope();
        long rows = queries.shape[0];
        torch.Tensor members = a.index_select(0, flat).view(rows, -1, a.shape[1]);
        // Not a batch of products with a column each, for which the library takes four times as long.
        return members.mul_(queries.unsqueeze(1)).sum(2).MoveToOuterDisposeScope();
    }
}

/// <summary>Rows of a matrix by their numbers; the library's own gradient adds them up one by one.</summary>
internal sealed class GatherFunction : torch.autograd.SingleTensorFunction<GatherFunction>
{
    private const string Constants = "constants";

    public override string Name => nameof(GatherFunction);

    /// <param name="a"><c>[n × d]</c>.</param>
    /// <param name="members">Where the numbers stand, one a row.</param>
    /// <param name="flat">The numbers.</param>
    /// <param name="step">What owns the gradients.</param>
    public static torch.Tensor Apply(torch.Tensor a, CompressedRows members, torch.Tensor flat, StepValues step) =>
        apply(a, new NeighbourOperands(members, flat, step, true, false));

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var operands = (NeighbourOperands)vars[1];
        ctx.save_data(Constants, operands);
        return ((torch.Tensor)vars[0]).index_select(0, operands.Flat);
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        using var scope = torch.NewDisposeScope();
        var operands = (NeighbourOperands)ctx.get_data(Constants);
        operands.Step.Keep(grad_output);
        torch.Tensor ones = torch.ones(grad_output.shape[0], device: grad_output.device);
        return [operands.Give(operands.Members.TransposedProduct(ones, grad_output.contiguous())), null!];
    }
}

/// <summary>Wraps the constants so that they are not taken for differentiable inputs.</summary>
/// <param name="Members">Where the numbers stand.</param>
/// <param name="Flat">The numbers.</param>
/// <param name="Step">What owns the gradients.</param>
/// <param name="NeedsFirst">Whether the first input has a gradient.</param>
/// <param name="NeedsSecond">Whether the second has.</param>
internal sealed record NeighbourOperands(
    CompressedRows Members,
    torch.Tensor Flat,
    StepValues Step,
    bool NeedsFirst,
    bool NeedsSecond
)
{
    /// <summary>Has a gradient outlive the scope it was made in, until the step's end.</summary>
    public torch.Tensor Give(torch.Tensor gradient) => Step.Keep(gradient.DetachFromDisposeScope());
}
