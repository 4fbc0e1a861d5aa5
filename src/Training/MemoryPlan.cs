namespace CranePipeline.Training;

/// <summary>Where a model's options write down the buffers of a run of given sizes, and by them the work of its steps.</summary>
internal sealed class MemoryPlan(long users, long items, long interactions, IReadOnlyList<int> widths, int batchSize)
{
    private const long Float = sizeof(float);

    // Entry of a sparse matrix and of its transpose in coordinate form (2 · 20), and its row and column once more (16).
    private const long SparseEntry = 56;

    // What a multiplication takes in units of one of a dense product, as measured: in a sum over neighbours, and in a pass over memory.
    private const long SparseCost = 16;
    private const long MemoryCost = 8;

    public long Users => users;

    public long Items => items;

    public long Entities => users + items;

    /// <summary>Width of each modality's features.</summary>
    public IReadOnlyList<int> Widths => widths;

    public long Interactions => interactions;

    public int BatchSize => batchSize;

    /// <summary>Width of the embeddings that are scored.</summary>
    public long Width { get; private set; } = 64;

    /// <summary>
    /// Multiplications of a step, forward and back, in units of one of a dense product. Only what all models have is counted: graph
    /// layers, the optimiser's pass, and what a model adds.
    /// </summary>
    public long StepWork { get; private set; }

    public List<TrainingMemory.Buffer> Buffers { get; } = [];

    /// <summary>See <see cref="TrainingMemory.LeastBytes"/>.</summary>
    public long LeastBytes { get; private set; }

    /// <summary>The raw features' share.</summary>
    public long FeatureBytes { get; private set; }

    public void Add(string name, long floats) => Buffers.Add(new TrainingMemory.Buffer(name, Float * floats));

    /// <summary>The values, their gradients, Adam's moments and what it needs for a moment for the largest of them.</summary>
    public void AddParameters(long floats, long largest)
    {
        LeastBytes += 4 * Float * floats;
        Add("parameters", floats);
        Add("gradients", floats);
        Add("Adam's two moments", 2 * floats);
        Add("Adam's temporaries", 3 * largest);
        AddWork(4 * MemoryCost * floats);
    }

    /// <summary>Constant features of all modalities.</summary>
    /// <param name="bytes">Of one number on the device; in host memory it is float32.</param>
    public void AddFeatures(int bytes = sizeof(float))
    {
        long count = items * widths.Sum(static w => (long)w);
        FeatureBytes = bytes * count;
        LeastBytes += (bytes + Float) * count;
        Buffers.Add(new TrainingMemory.Buffer("features", FeatureBytes));
    }

    /// <summary>Sparse matrices with an entry an interaction.</summary>
    public void AddGraphs(long count)
    {
        Buffers.Add(new TrainingMemory.Buffer("graphs", count * SparseEntry * interactions));

        // Column and value of each entry and of its transpose.
        LeastBytes += count * 4 * Float * interactions;
    }

    /// <summary>
    /// Layers over the user-item graph. A sparse product's value is there twice: TorchSharp keeps a second tensor of its shape for
    /// the way back.
    /// </summary>
    public void AddPropagation(long width, int layers, long branches = 1)
    {
        Add("user-item propagation, forward", branches * ((3L * layers) + 1) * Entities * width);
        Width = width;
        LeastBytes += Float * branches * layers * Entities * width;

        // From users to items and from items to users, forward and back.
        AddSparseWork(2 * 2 * branches * layers * interactions * width);
    }

    /// <summary>Adds multiplications in sums over neighbours to <see cref="StepWork"/>.</summary>
    public void AddSparseWork(long multiplications) => AddWork(SparseCost * multiplications);

    /// <summary>Adds to <see cref="StepWork"/>.</summary>
    public void AddWork(long multiplications) => StepWork += multiplications;

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
