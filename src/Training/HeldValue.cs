using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// A value that is made with gradient in every n-th step of an epoch, from the first one on, and is held as a constant in the steps
/// between, for what changes more slowly than it costs.
/// </summary>
/// <param name="engine">Where to compute.</param>
/// <param name="name">What a checkpoint calls it.</param>
/// <param name="every">n.</param>
internal sealed class HeldValue(IEngine engine, string name, int every)
{
    private Matrix? held;

    /// <summary>What a checkpoint keeps: the value in between, since a run may be stopped there.</summary>
    public IReadOnlyList<NamedState> State => held is null ? [] : [new NamedState(name, [held.Rows, held.Columns], held.Values)];

    /// <summary>Whether this step of an epoch, from 1, makes the value anew.</summary>
    public bool IsDue(int step) => (step - 1) % every == 0;

    /// <summary>The value in a step, within it.</summary>
    /// <param name="step">Step within the epoch, from 1.</param>
    /// <param name="make">Makes all of it.</param>
    public Tensor In(int step, Func<Tensor> make)
    {
        if (!IsDue(step))
        {
            return engine.Constant(held!);
        }

        Tensor value = make();
        held = engine.Read(value);
        return value;
    }

    /// <summary>Puts a checkpoint's value back.</summary>
    public void Restore(IReadOnlyList<NamedState> state)
    {
        if (state.FirstOrDefault(kept => kept.Name == name) is { } value)
        {
            held = new Matrix(value.Integers[0], value.Integers[1], [.. value.Reals]);
        }
    }
}
