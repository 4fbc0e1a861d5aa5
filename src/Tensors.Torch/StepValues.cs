namespace CranePipeline.Tensors.Torch;

/// <summary>
/// What a step gives back at its end besides the values of its dispose scope: scopes belong to a thread, and on a GPU the library calls
/// gradients on a thread of its own.
/// </summary>
internal sealed class StepValues : IDisposable
{
    private readonly Lock guard = new();
    private readonly List<IDisposable> values = [];

    /// <summary>Has a value disposed at the step's end.</summary>
    public T Keep<T>(T value)
        where T : IDisposable
    {
        lock (guard)
        {
            values.Add(value);
        }

        return value;
    }

    public void Dispose()
    {
        lock (guard)
        {
            values.ForEach(value => value.Dispose());
            values.Clear();
        }
    }
}
