using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The trainable values of a model by name, in the order in which checkpoints and the optimiser hold them.</summary>
internal sealed class ParameterSet(IEngine engine) : IDisposable
{
    private readonly List<(string Name, Tensor Value, StepScale? Scale)> entries = [];

    public int Count => entries.Count;

    /// <summary>Numbers in all of them together.</summary>
    public long ValueCount => entries.Sum(static e => (long)e.Value.Rows * e.Value.Columns);

    /// <summary>A trainable value, with the trainer's step size or a share of it.</summary>
    public Tensor Add(string name, Matrix initial, StepScale? scale = null)
    {
        Tensor value = engine.Parameter(initial);
        entries.Add((name, value, scale));
        return value;
    }

    /// <summary>A Xavier-uniform trainable value, its random numbers named after it.</summary>
    public Tensor AddXavier(string name, int rows, int columns, long seed, StepScale? scale = null) =>
        Add(name, Initial.Xavier(rows, columns, seed, name), scale);

    /// <summary>For the optimiser: the values of equal step size together, those with the trainer's own first.</summary>
    public IReadOnlyList<AdamGroup> Groups(double learningRate) =>
        [
            .. entries
                .GroupBy(static e => e.Scale?.Factor ?? 1)
                .OrderByDescending(group => group.Any(static e => e.Scale is null))
                .Select(group => new AdamGroup([.. group.Select(static e => e.Value)], (float)(learningRate * group.Key))),
        ];

    /// <summary>Names and values, copied to the host.</summary>
    public IReadOnlyList<(string Name, Matrix Value)> Read() => [.. entries.Select(e => (e.Name, engine.Read(e.Value)))];

    /// <summary>The accumulated gradient of every parameter, null where none has reached it.</summary>
    public IReadOnlyList<(string Name, Matrix? Gradient)> ReadGradients() =>
        [.. entries.Select(e => (e.Name, engine.ReadGradient(e.Value)))];

    /// <summary>As <see cref="Read"/>, and the setting that scales each one's step.</summary>
    public IEnumerable<(string Name, Matrix Value, StepScale? Scale)> ReadWithScale() =>
        entries.Select(e => (e.Name, engine.Read(e.Value), e.Scale));

    public void Assign(IReadOnlyList<(string Name, Matrix Value)> values)
    {
        for (int place = 0; place < entries.Count; place++)
        {
            engine.Assign(entries[place].Value, values[place].Value);
        }
    }

    public void Dispose()
    {
        foreach ((_, Tensor value, _) in entries)
        {
            value.Dispose();
        }
    }
}

/// <summary>A step size that is a share of the trainer's.</summary>
/// <param name="Setting">The setting that says so, such as "contentLearningRateScale".</param>
/// <param name="Factor">Its value.</param>
internal sealed record StepScale(string Setting, double Factor);
