using TorchSharp;
using TorchSharp.Modules;

namespace CranePipeline.Tensors.Torch;

/// <summary>The library's Adam, with its state exchanged as host matrices.</summary>
internal sealed class TorchAdam : IOptimizer
{
    private readonly List<Parameter> parameters;
    private readonly Adam adam;
    private long steps;

    public TorchAdam(IReadOnlyList<AdamGroup> groups)
    {
        parameters = [];
        var converted = new List<Adam.ParamGroup>();
        foreach (AdamGroup group in groups)
        {
            Parameter[] members = [.. group.Parameters.Select(parameter => (Parameter)((TorchTensor)parameter).Value)];
            parameters.AddRange(members);
            converted.Add(new Adam.ParamGroup(members, group.LearningRate, group.Beta1, group.Beta2, group.Epsilon));
        }

        adam = new Adam(converted);
    }

    public void Step()
    {
        using var scope = torch.NewDisposeScope();
        using var withoutGradients = torch.no_grad();
        adam.step();
        // Zeroed gradients would still move a parameter by its momentum; one that no gradient reaches is to stay as it is.
        parameters.ForEach(parameter => parameter.grad = null);
        steps++;
    }

    public OptimizerState Export()
    {
        Adam.State[] states = States();
        return new OptimizerState(
            steps,
            [.. states.Select(state => TorchEngine.ToHost(state.exp_avg))],
            [.. states.Select(state => TorchEngine.ToHost(state.exp_avg_sq))]
        );
    }

    public void Import(OptimizerState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        using var withoutGradients = torch.no_grad();
        Adam.State[] states = States();
        if (states.Length != state.FirstMoments.Count || states.Length != state.SecondMoments.Count)
        {
            throw new ArgumentException($"The state has {state.FirstMoments.Count} moments for {states.Length} parameters.");
        }

        steps = state.Steps;
        for (int place = 0; place < states.Length; place++)
        {
            states[place].step = state.Steps;
            TorchEngine.CopyFromHost(states[place].exp_avg, state.FirstMoments[place]);
            TorchEngine.CopyFromHost(states[place].exp_avg_sq, state.SecondMoments[place]);
        }
    }

    public void Dispose() => adam.Dispose();

    /// <summary>States in the order of the parameters, which is how the library keeps them.</summary>
    private Adam.State[] States()
    {
        var states = adam.state_dict().State.Cast<Adam.State>().ToArray();
        return states.Length == parameters.Count
            ? states
            : throw new InvalidOperationException("TorchSharp's Adam holds another number of states than there are parameters.");
    }
}
