using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// The library's fused Adam: one pass over a parameter and its moments, where TorchSharp's own makes eight. Its state is exchanged as host
/// matrices.
/// </summary>
internal sealed class TorchAdam : IOptimizer
{
    private readonly List<State> states = [];
    private long steps;
    private float share = 1;

    public TorchAdam(IReadOnlyList<AdamGroup> groups)
    {
        using var withoutGradients = torch.no_grad();
        foreach (AdamGroup group in groups)
        {
            states.AddRange(group.Parameters.Select(parameter => new State(((TorchTensor)parameter).Value, group)));
        }
    }

    public void Step(float share = 1)
    {
        if (share != this.share)
        {
            states.ForEach(state => state.Rates = AdamRates.Of(state.Group, share));
            this.share = share;
        }

        using var scope = torch.NewDisposeScope();
        using var withoutGradients = torch.no_grad();
        // Zeroed gradients would still move a parameter by its momentum; one that no gradient reaches is to stay as it is.
        foreach (State state in states.Where(state => state.Parameter.grad is not null))
        {
            state.Taken.fill_(steps + 1);
            torch.Tensor gradient = state.Parameter.grad!.contiguous();
            Script.Adam(state.Parameter, gradient, state.First, state.Second, state.Taken, state.Rates);
            state.Parameter.grad = null;
        }

        steps++;
    }

    public OptimizerState Export() =>
        new(
            steps,
            [.. states.Select(state => TorchEngine.ToHost(state.First))],
            [.. states.Select(state => TorchEngine.ToHost(state.Second))]
        );

    public void Import(OptimizerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var withoutGradients = torch.no_grad();
        if (states.Count != state.FirstMoments.Count || states.Count != state.SecondMoments.Count)
        {
            throw new ArgumentException($"The state has {state.FirstMoments.Count} moments for {states.Count} parameters.");
        }

        steps = state.Steps;
        for (int place = 0; place < states.Count; place++)
        {
            TorchEngine.CopyFromHost(states[place].First, state.FirstMoments[place]);
            TorchEngine.CopyFromHost(states[place].Second, state.SecondMoments[place]);
        }
    }

    public void Dispose() => states.ForEach(state => state.Dispose());

    /// <summary>
    /// A parameter, its two moments, and the optimiser's steps, which the library wants as a float32 on the device. They are the
    /// optimiser's and not the parameter's own, which a gradient may reach in some of them alone: a state has no other count.
    /// </summary>
    private sealed class State(torch.Tensor parameter, AdamGroup group) : IDisposable
    {
        public torch.Tensor Parameter { get; } = parameter;

        public AdamGroup Group { get; } = group;

        public AdamRates Rates { get; set; } = AdamRates.Of(group, 1);

        public torch.Tensor First { get; } = torch.zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

        public torch.Tensor Second { get; } = torch.zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();

        public torch.Tensor Taken { get; } = torch.zeros([], device: parameter.device).DetachFromDisposeScope();

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
            Taken.Dispose();
        }
    }
}
