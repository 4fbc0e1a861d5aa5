using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of LATTICE (Zhang et al., ACM MM 2021).</summary>
public sealed record LatticeOptions : MultimodalOptions
{
    /// <summary>Width d of the embeddings and of the projected features.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>Layers over the user-item graph.</summary>
    [Range(0, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>L: layers over the item-item graph.</summary>
    [Range(0, 16)]
    public int ItemGraphLayers { get; init; } = 1;

    /// <summary>k: an item's neighbours, itself among them.</summary>
    [Range(1, 1000)]
    public int Neighbours { get; init; } = 10;

    /// <summary>λ: share of the graph of raw features; the rest is the learned one's.</summary>
    [Range(0.0, 1.0)]
    public double InitialGraphShare { get; init; } = 0.9;

    /// <summary>Weight of half the batch's squared final embeddings.</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-3;

    internal override void PlanMemory(MemoryPlan plan)
    {
        plan.AddEmbeddings(EmbeddingSize, PropagationLayers, graphs: 2);
        plan.Add("neighbours' rows, forward", 2L * plan.Items * Neighbours * EmbeddingSize * plan.Widths.Count);
    }
}

/// <summary>
/// LATTICE: Zhang, Zhu, Liu, Wu, Wang and Wang, "Mining Latent Structures for Multimedia Recommendation", ACM MM 2021, arXiv 2104.09036.
/// Published by others, recall@20 / NDCG@20: Baby 0.0850 / 0.0370, Sports 0.0953 / 0.0421 (MMRec's evaluation page).
/// </summary>
/// <remarks>
/// As in the authors' program the item graph is made anew before each epoch, its gradient flows in the epoch's first step and it is a
/// constant in the others; the learned graph is normalised after its modalities are added up; an item is its own nearest neighbour. There
/// raw features are trained, too, and negative cosines stay; here features are constants, and negative cosines count 0, as in the paper.
/// The backbone is LightGCN. Neighbours are found in blocks over all items; what a neighbour counts for is computed for the k alone.
/// </remarks>
public sealed class Lattice : Recommender
{
    // Keeps 1/√degree finite for an item without features.
    private const float Smallest = 1e-7f;

    // What a checkpoint calls the constant graph.
    private const string ItemGraphName = "item graph";

    private readonly LatticeOptions options;
    private readonly Tensor users;
    private readonly Tensor items;
    private readonly Tensor modalityWeights;
    private readonly SparseTensor adjacency;
    private readonly Tensor[] features;
    private readonly Tensor[] projections;
    private readonly Tensor[] biases;
    private readonly SparseTensor[] initial;
    private readonly CsrMatrix[] initialMatrices;
    private readonly Tensor smallest;
    private int[][] chosen = [];
    private IndexTensor[] neighbours = [];
    private CsrMatrix? constantMatrix;
    private SparseTensor? constant;

    internal Lattice(LatticeOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        (int d, int itemCount) = (options.EmbeddingSize, Graph.ItemCount);
        users = Parameters.AddXavier("users", Graph.UserCount, d, Seed);
        items = Parameters.AddXavier("items", itemCount, d, Seed);
        adjacency = Engine.Sparse(Graph.Symmetric());
        initialMatrices = [.. context.Modalities.Select(m => InitialGraph(m, itemCount))];
        initial = [.. initialMatrices.Select(Engine.Sparse)];
        Matrix[] raw = [.. DerivedFeatures.Complete(context, options.DerivedFeatureWidth).Select(static m => m.Features!)];
        features = [.. raw.Select(Engine.Constant)];
        projections = [.. raw.Select((f, m) => Parameters.AddXavier($"projection {m}", f.Columns, d, Seed))];
        biases = [.. raw.Select((_, m) => Parameters.Add($"bias {m}", new Matrix(1, d)))];
        smallest = Engine.Constant(Initial.Filled(itemCount, 1, Smallest));
        modalityWeights = Parameters.Add("modality weights", Initial.Filled(1, raw.Length, 0.5f));
    }

    /// <summary>The epoch's constant graph: made of parameters as they were when it began.</summary>
    public override IReadOnlyList<NamedState> State =>
        constantMatrix is { } graph
            ? [new NamedState(ItemGraphName, [.. graph.RowOffsets, .. graph.ColumnIndices], graph.Values)]
            : [];

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch)
    {
        ChooseNeighbours();
        Use(ConstantGraph());
    }

    /// <inheritdoc/>
    public override void Restore(IReadOnlyList<NamedState> state)
    {
        // The neighbours are of an epoch's first step alone, after which there is nothing to go on with from.
        if (state.FirstOrDefault(static kept => kept.Name == ItemGraphName) is { } graph)
        {
            int count = Graph.ItemCount;
            Use(new CsrMatrix(count, count, graph.Integers[..(count + 1)], graph.Integers[(count + 1)..], graph.Reals));
        }
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed()
    {
        // With the present parameters, in neighbours that only this result uses.
        IndexTensor[] kept = neighbours;
        neighbours = [.. Unit().Select(Nearest)];
        (Tensor, Tensor) embeddings = Forward(null, Propagate);
        neighbours = kept;
        return embeddings;
    }

    /// <summary>BPR and half the batch's squared embeddings.</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        (Tensor u, Tensor i) = Forward(rows, batch.Step == 1 ? Propagate : h => constant!.Mm(h));
        Losses losses = new Losses().Add("bpr", Objectives.Bpr(rows, u, i));
        return options.RegularizationWeight == 0
            ? losses
            : losses.Add("regularization", Objectives.Squares(rows, u, i) * (options.RegularizationWeight / (2 * batch.Count)));
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        IEnumerable<IDisposable?> owned = [adjacency, constant, smallest, .. initial, .. features, .. neighbours];
        foreach (IDisposable? value in owned)
        {
            value?.Dispose();
        }
    }

    /// <summary>E_I = C_I + normalised S … S e_I (eq. 7-8).</summary>
    private (Tensor Users, Tensor Items) Forward(BatchRows? batch, Func<Tensor, Tensor> itemGraph)
    {
        PropagatedRows c = GraphConvolution.Mean(adjacency, users, items, options.PropagationLayers, batch);
        Tensor h = items;
        for (int layer = 0; layer < options.ItemGraphLayers; layer++)
        {
            h = itemGraph(h);
        }

        return (c.Users, c.Items + h.GatherOrAll(batch?.DistinctItems).Normalize());
    }

    /// <summary>S h with S = λ S_initial + (1 − λ) D^−½ A D^−½, A = Σ_m w_m A_m the learned graph, w a softmax (eq. 3, 5-6).</summary>
    private Tensor Propagate(Tensor h)
    {
        (Tensor[] shares, Tensor[] weights) = Learned();
        Tensor degrees = weights.Select((a, m) => a.Sum(dim: 1) * shares[m]).Sum();
        Tensor root = (degrees + smallest).Pow(-0.5);
        Tensor scaled = h * root;
        Tensor learned = weights.Select((a, m) => Engine.NeighbourSum(a, scaled, neighbours[m]) * shares[m]).Sum();
        Tensor kept = initial.Select((s, m) => s.Mm(h) * shares[m]).Sum();
        return (kept * options.InitialGraphShare).Add(learned * root, 1 - options.InitialGraphShare);
    }

    /// <summary>
    /// w_m, <c>[1 × 1]</c> each, and A_m: the neighbours' cosines by projected features (eq. 1-2, 4), <c>[items × k]</c>.
    /// </summary>
    private (Tensor[] Shares, Tensor[] Weights) Learned()
    {
        Tensor softmax = modalityWeights.Softmax();
        Tensor[] shares = [.. features.Select((_, m) => softmax.Narrow(1, m, 1))];
        return (shares, [.. Unit().Select((unit, m) => Engine.NeighbourDots(unit, neighbours[m]).Relu())]);
    }

    private IEnumerable<Tensor> Unit() => features.Select((x, m) => (x.Mm(projections[m]) + biases[m]).Normalize());

    private void ChooseNeighbours()
    {
        using (Engine.BeginStep(gradients: false))
        {
            chosen = [.. Unit().Select(unit => Numbers(unit))];
        }

        foreach (IndexTensor earlier in neighbours)
        {
            earlier.Dispose();
        }

        neighbours = [.. chosen.Select(numbers => Engine.Indices(numbers, options.Neighbours, Graph.ItemCount))];
    }

    private void Use(CsrMatrix graph)
    {
        constant?.Dispose();
        (constantMatrix, constant) = (graph, Engine.Sparse(graph));
    }

    private IndexTensor Nearest(Tensor unit) => Engine.Indices(Numbers(unit), options.Neighbours, Graph.ItemCount);

    // Places that are left over hold the item itself with cosine 1 again; only where there are fewer than k items.
    private int[] Numbers(Tensor unit)
    {
        int[] found = Engine.TopItems(unit, unit, options.Neighbours).Items;
        for (int place = 0; place < found.Length; place++)
        {
            found[place] = found[place] < 0 ? place / options.Neighbours : found[place];
        }

        return found;
    }

    // The same S as a constant matrix.
    private CsrMatrix ConstantGraph()
    {
        float[] shares;
        float[][] weights;
        using (Engine.BeginStep(gradients: false))
        {
            (Tensor[] share, Tensor[] weight) = Learned();
            shares = [.. share.Select(s => Engine.Read(s)[0, 0])];
            weights = [.. weight.Select(w => Engine.Read(w).Values)];
        }

        int k = options.Neighbours;
        int count = Graph.ItemCount;
        var degrees = new double[count];
        for (int place = 0; place < count * k; place++)
        {
            degrees[place / k] += weights.Select((w, m) => (double)w[place] * shares[m]).Sum();
        }

        int[] rows = [.. Enumerable.Range(0, count * k).Select(place => place / k)];
        IEnumerable<(double, CsrMatrix)> learned = chosen.Select(
            (columns, m) =>
            {
                float[] values =
                [
                    .. rows.Select(
                        (row, place) =>
                            (float)(
                                weights[m][place] / Math.Sqrt((degrees[row] + Smallest) * (degrees[columns[place]] + Smallest))
                            )
                    ),
                ];
                CsrMatrix graph = CsrMatrix.FromEntries(count, count, rows, columns, values);
                return ((1 - options.InitialGraphShare) * shares[m], graph);
            }
        );
        IEnumerable<(double, CsrMatrix)> kept = initialMatrices.Select(
            (graph, m) => (options.InitialGraphShare * shares[m], graph)
        );
        return FeatureGraph.Sum([.. learned, .. kept]);
    }

    // Eq. 1-3: raw cosines of the nearest by raw features, symmetrically normalised; a listed neighbour counts 1 without features.
    private CsrMatrix InitialGraph(ModalityInput modality, int itemCount)
    {
        int k = options.Neighbours;
        int[] nearest = FeatureGraph.Nearest(Engine, modality, itemCount, k);
        if (modality.Features is null)
        {
            return FeatureGraph.Normalised(nearest, null, itemCount);
        }

        int[] filled = [.. nearest.Select((other, place) => other < 0 ? place / k : other)];
        using IDisposable step = Engine.BeginStep(gradients: false);
        Tensor unit = Engine.Constant(modality.Features).Normalize();
        float[] cosines = Engine.Read(Engine.NeighbourDots(unit, Engine.Indices(filled, k, itemCount)).Relu()).Values;
        return FeatureGraph.Normalised(nearest, cosines, itemCount);
    }
}
