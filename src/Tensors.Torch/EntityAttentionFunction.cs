using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// activation(Q Kᵀ / √d) V in blocks of rows, each block computed again on the way back: memory is one block of the similarity matrix
/// rather than all of it.
/// </summary>
internal sealed class EntityAttentionFunction : torch.autograd.SingleTensorFunction<EntityAttentionFunction>
{
    private const string Activation = "activation";
    private const string BlockRows = "blockRows";
    private const string Step = "step";

    public override string Name => nameof(EntityAttentionFunction);

    public static torch.Tensor Apply(
        torch.Tensor queries,
        torch.Tensor keys,
        torch.Tensor values,
        AttentionActivation activation,
        int blockRows,
        StepValues step
    ) => apply(queries, keys, values, activation, blockRows, step);

    public override torch.Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var (queries, keys, values) = ((torch.Tensor)vars[0], (torch.Tensor)vars[1], (torch.Tensor)vars[2]);
        var (activation, blockRows) = ((AttentionActivation)vars[3], (int)vars[4]);
        ctx.save_for_backward([queries, keys, values]);
        ctx.save_data(Activation, activation);
        ctx.save_data(BlockRows, blockRows);
        ctx.save_data(Step, vars[5]);
        torch.Tensor result = torch.empty(queries.shape[0], values.shape[1], device: queries.device);
        for (long start = 0; start < queries.shape[0]; start += blockRows)
        {
            using var scope = torch.NewDisposeScope();
            long count = Math.Min(blockRows, queries.shape[0] - start);
            result.narrow(0, start, count).copy_(Weights(queries.narrow(0, start, count), keys, activation).mm(values));
        }

        return result;
    }

    public override List<torch.Tensor> backward(torch.autograd.AutogradContext ctx, torch.Tensor grad_output)
    {
        using var outer = torch.NewDisposeScope();
        var step = (StepValues)ctx.get_data(Step);
        step.Keep(grad_output);
        List<torch.Tensor> saved = ctx.get_saved_variables();
        var (queries, keys, values) = (saved[0], saved[1], saved[2]);
        var activation = (AttentionActivation)ctx.get_data(Activation);
        var blockRows = (int)ctx.get_data(BlockRows);
        double scale = 1 / Math.Sqrt(queries.shape[1]);
        torch.Tensor queryGradient = torch.zeros_like(queries);
        torch.Tensor keyGradient = torch.zeros_like(keys);
        torch.Tensor valueGradient = torch.zeros_like(values);
        for (long start = 0; start < queries.shape[0]; start += blockRows)
        {
            using var scope = torch.NewDisposeScope();
            long count = Math.Min(blockRows, queries.shape[0] - start);
            torch.Tensor block = queries.narrow(0, start, count);
            torch.Tensor outward = grad_output.narrow(0, start, count);
            torch.Tensor weights = Weights(block, keys, activation);
            valueGradient.add_(weights.t().mm(outward));
            torch.Tensor byWeight = outward.mm(values.t());
            torch.Tensor bySimilarity =
                activation == AttentionActivation.Softmax
                    ? weights * (byWeight - (byWeight * weights).sum(1, keepdim: true))
                    : byWeight * ((1.0 / keys.shape[0]) - (weights * weights * keys.shape[0]));
            queryGradient.narrow(0, start, count).copy_(bySimilarity.mm(keys).mul_(scale));
            keyGradient.add_(bySimilarity.t().mm(block).mul_(scale));
        }

        foreach (torch.Tensor gradient in new[] { queryGradient, keyGradient, valueGradient })
        {
            step.Keep(gradient.DetachFromDisposeScope());
        }

        return [queryGradient, keyGradient, valueGradient, null!, null!, null!];
    }

    private static torch.Tensor Weights(torch.Tensor queries, torch.Tensor keys, AttentionActivation activation)
    {
        torch.Tensor similarities = queries.mm(keys.t()).mul_(1 / Math.Sqrt(queries.shape[1]));
        return activation == AttentionActivation.Softmax ? similarities.softmax(1) : similarities.tanh_().div_(keys.shape[0]);
    }
}
