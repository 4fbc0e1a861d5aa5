namespace CranePipeline.Training;

/// <summary>
/// The memory of a training run on an engine that keeps every value of a step for the way back, as libraries with automatic
/// differentiation do: what a GPU must hold.
/// </summary>
/// <param name="Buffers">Each buffer and its bytes.</param>
/// <param name="FeatureBytes">The raw features' share, in float32.</param>
public sealed record TrainingMemory(IReadOnlyList<TrainingMemory.Buffer> Buffers, long FeatureBytes)
{
    /// <summary>Bytes of the block of features that is on the device where the rest is not.</summary>
    public const long FeatureBlockBytes = 16L << 20;

    private const long Float = sizeof(float);

    /// <summary>Entry of a sparse matrix and of its transpose in coordinate form (2 · 20), and its row and column once more (16).</summary>
    private const long SparseEntry = 56;

    /// <summary>All buffers together.</summary>
    public long TotalBytes => Buffers.Sum(static buffer => buffer.Bytes);

    /// <summary>The plan of a run.</summary>
    public static TrainingMemory Of(TrainOptions options, TrainingInput input)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(input);
        return Of(
            options,
            input.UserCount,
            input.ItemCount,
            input.TrainUsers.Length,
            options.ItemGraph == ItemGraph.Off
                ? []
                : [.. ModalitySelection.Of(options, input).Select(m => m.Features?.Columns ?? options.DerivedFeatureWidth)]
        );
    }

    /// <summary>The plan of a run of given sizes.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="users">Number of users.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="interactions">Number of training interactions.</param>
    /// <param name="widths">Width of each modality's features; empty without an item graph.</param>
    public static TrainingMemory Of(TrainOptions options, long users, long items, long interactions, IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(widths);
        long d = options.EmbeddingSize;
        long entities = users + items;
        long modalities = widths.Count;
        long joined = modalities * d;
        long width = widths.Sum(static w => (long)w);
        bool learned = options.ItemGraph == ItemGraph.Learned && options.NeighbourWeights == NeighbourWeights.Similarity;
        bool attends = learned && options.Fusion == Fusion.Attention;
        long branches = options.DualFusion == DualFusion.Late ? 2 : 1;
        long layers = options.PropagationLayers;
        var buffers = new List<Buffer>();
        void Add(string name, long floats) => buffers.Add(new Buffer(name, Float * floats));

        long ids = branches * entities * d;
        long content = learned ? width * d : 0;
        long rounds = attends
            ? (options.ShareRounds ? 1 : options.Rounds) * (((modalities * d) + 1 + (2 * modalities * d)) * d)
            : 0;
        long trained = ids + content + rounds + (options.TrainFeatures ? items * width : 0);
        Add("parameters", trained);
        Add("gradients", trained);
        Add("Adam's two moments", 2 * trained);
        Add("Adam's temporaries", 3 * Math.Max(ids / branches, content));
        Add("features", learned && !options.TrainFeatures ? items * width : 0);
        long graphs = 1 + (options.EdgeDropout > 0 ? 1 : 0) + (modalities > 0 ? 1 : 0) + (learned ? 1 : 0);
        buffers.Add(new Buffer("graphs", graphs * SparseEntry * interactions));
        Add("neighbours and their mask", modalities > 0 ? 3 * items * options.Neighbours : 0);

        // A sparse product's value is there twice: TorchSharp keeps a second tensor of its shape for the way back.
        Add("user-item propagation, forward", branches * ((3 * layers) + 1) * entities * d);
        long attendedRows = attends && options.Correlation == Correlation.Entity ? entities : items;
        Add("projected features, forward", learned ? items * joined : 0);
        Add("user profiles, forward", learned ? 3 * users * joined : 0);
        Add("attention and unit rows, forward", learned ? 6 * attendedRows * joined : 0);
        if (attends && options.Correlation == Correlation.Entity)
        {
            Add("attention rounds, forward", options.Rounds * ((4 * modalities) + 1) * entities * d);
        }

        Add("neighbours' rows, forward", (learned ? items * options.Neighbours * joined : 0) + Semantic());
        Add("final embeddings, forward", modalities > 0 ? 4 * entities * d : 0);
        long batch = options.BatchSize;
        Add("losses of a batch", (24 * batch * d) + (options.ContrastiveWeight > 0 ? 6 * batch * batch : 0));
        Add("gradients on the way back", (4 * entities * d) + (learned ? items * (options.Neighbours + 3) * joined : 0));
        return new TrainingMemory(
            [.. buffers.Where(static buffer => buffer.Bytes > 0)],
            learned && !options.TrainFeatures ? Float * items * width : 0
        );

        long Semantic() => modalities > 0 ? options.ItemGraphLayers * items * options.Neighbours * d : 0;
    }

    /// <summary>One buffer.</summary>
    public sealed record Buffer(string Name, long Bytes);
}
