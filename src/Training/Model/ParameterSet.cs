using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>The trainable values of a model by name, in the order in which checkpoints and the optimiser hold them.</summary>
internal sealed class ParameterSet(IEngine engine) : IDisposable
{
    private readonly List<(string Name, Tensor Value, bool IsContent)> entries = [];

    public IEngine Engine => engine;

    public int Count => entries.Count;

    /// <summary>A trainable value of the collaborative view.</summary>
    public Tensor Add(string name, Matrix initial) => Add(name, initial, isContent: false);

    /// <summary>A trainable value behind the item graph, with its own step size.</summary>
    public Tensor AddContent(string name, Matrix initial) => Add(name, initial, isContent: true);

    public IReadOnlyList<AdamGroup> Groups(TrainOptions options)
    {
        var groups = new List<AdamGroup>();
        List<Tensor> collaborative = [.. entries.Where(static e => !e.IsContent).Select(static e => e.Value)];
        List<Tensor> content = [.. entries.Where(static e => e.IsContent).Select(static e => e.Value)];
        groups.Add(new AdamGroup(collaborative, (float)options.LearningRate));
        if (content.Count > 0)
        {
            groups.Add(new AdamGroup(content, (float)(options.LearningRate * options.ContentLearningRateScale)));
        }

        return groups;
    }

    /// <summary>Names and values, copied to the host.</summary>
    public IReadOnlyList<(string Name, Matrix Value)> Read() => [.. entries.Select(e => (e.Name, engine.Read(e.Value)))];

    /// <summary>The accumulated gradient of every parameter, null where none has reached it.</summary>
    public IReadOnlyList<(string Name, Matrix? Gradient)> ReadGradients() =>
        [.. entries.Select(e => (e.Name, engine.ReadGradient(e.Value)))];

    /// <summary>As <see cref="Read"/>, and whether each stands behind the item graph.</summary>
    public IEnumerable<(string Name, Matrix Value, bool IsContent)> ReadWithKind() =>
        entries.Select(e => (e.Name, engine.Read(e.Value), e.IsContent));

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

    private Tensor Add(string name, Matrix initial, bool isContent)
    {
        Tensor value = engine.Parameter(initial);
        entries.Add((name, value, isContent));
        return value;
    }
}
