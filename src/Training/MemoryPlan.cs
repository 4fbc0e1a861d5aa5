namespace CranePipeline.Training;

/// <summary>Where a model's options write down the buffers of a run of given sizes.</summary>
internal sealed class MemoryPlan(long users, long items, long interactions, IReadOnlyList<int> widths, int batchSize)
{
    private const long Float = sizeof(float);

    // Entry of a sparse matrix and of its transpose in coordinate form (2 · 20), and its row and column once more (16).
    private const long SparseEntry = 56;

    public long Users => users;

    public long Items => items;

    public long Entities => users + items;

    /// <summary>Width of each modality's features.</summary>
    public IReadOnlyList<int> Widths => widths;

    public int BatchSize => batchSize;

    public List<TrainingMemory.Buffer> Buffers { get; } = [];

    /// <summary>The raw features' share.</summary>
    public long FeatureBytes { get; private set; }

    public void Add(string name, long floats) => Buffers.Add(new TrainingMemory.Buffer(name, Float * floats));

    /// <summary>The values, their gradients, Adam's moments and what it needs for a moment for the largest of them.</summary>
    public void AddParameters(long floats, long largest)
    {
        Add("parameters", floats);
        Add("gradients", floats);
        Add("Adam's two moments", 2 * floats);
        Add("Adam's temporaries", 3 * largest);
    }

    /// <summary>Constant features of all modalities.</summary>
    public void AddFeatures()
    {
        FeatureBytes = Float * items * widths.Sum(static w => (long)w);
        Buffers.Add(new TrainingMemory.Buffer("features", FeatureBytes));
    }

    /// <summary>Sparse matrices with an entry an interaction.</summary>
    public void AddGraphs(long count) => Buffers.Add(new TrainingMemory.Buffer("graphs", count * SparseEntry * interactions));

    /// <summary>
    /// Layers over the user-item graph. A sparse product's value is there twice: TorchSharp keeps a second tensor of its shape for the way back.
    /// </summary>
    public void AddPropagation(long width, int layers, long branches = 1) =>
        Add("user-item propagation, forward", branches * ((3L * layers) + 1) * Entities * width);

    /// <summary>A model of trained embeddings, propagated over the graph, with constant features beside them.</summary>
    public void AddEmbeddings(long width, int layers, long graphs)
    {
        long ids = Entities * width;
        AddParameters(ids + (widths.Sum(static w => (long)w) * width), ids);
        AddFeatures();
        AddGraphs(graphs);
        AddPropagation(width, layers);
        Add("projected features, forward", 2 * items * width * widths.Count);
        Add("losses of a batch", 24L * batchSize * width);
        Add("gradients on the way back", 4 * Entities * width);
    }
}
