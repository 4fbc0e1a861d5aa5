using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of NGCF (Wang et al., SIGIR 2019).</summary>
public sealed record NgcfOptions : ModelOptions
{
    /// <summary>Width d of the embeddings and of every layer; the final ones are (L + 1) d wide.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>L: layers over the user-item graph (eq. 7).</summary>
    [Range(1, 16)]
    public int PropagationLayers { get; init; } = 3;

    /// <summary>Share of each layer's outputs left out of a step (section 2.4.2, message dropout).</summary>
    [Range(0.0, 0.99)]
    public double MessageDropout { get; init; } = 0.1;

    /// <summary>λ: weight of the batch's squared final embeddings (eq. 11).</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-5;

    /// <inheritdoc/>
    public override ModelNeeds Needs => ModelNeeds.Interactions;

    internal override void PlanMemory(MemoryPlan plan) => plan.AddEmbeddings(EmbeddingSize, 3 * PropagationLayers, graphs: 1);
}

/// <summary>
/// NGCF: Wang, He, Wang, Feng and Chua, "Neural Graph Collaborative Filtering", SIGIR 2019, arXiv 1905.08108. Published: Gowalla recall@20
/// 0.1570, NDCG@20 0.1327 (page of UltraGCN's program, for the split that is public).
/// </summary>
/// <remarks>
/// Left open by the paper, and taken from its authors' program: a bias for each weight, a slope of 0.2 below zero, each layer's rows at
/// unit length before they are set side by side, and λ over the final embeddings of the batch. Layers are the paper's (eq. 7-8); the
/// program bends its two terms apart, and by default divides by the rows' degrees alone. Node dropout is not there.
/// </remarks>
public sealed class Ngcf : Recommender
{
    private const float Slope = 0.2f;

    private readonly NgcfOptions options;
    private readonly Tensor users;
    private readonly Tensor items;
    private readonly Layer[] layers;
    private readonly SparseTensor adjacency;

    internal Ngcf(NgcfOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        int d = options.EmbeddingSize;
        users = Parameters.AddXavier("users", Graph.UserCount, d, Seed);
        items = Parameters.AddXavier("items", Graph.ItemCount, d, Seed);
        layers = new Layer[options.PropagationLayers];
        for (int l = 0; l < layers.Length; l++)
        {
            layers[l] = new Layer(
                Parameters.AddXavier($"sum weight {l}", d, d, Seed),
                Parameters.Add($"sum bias {l}", new Matrix(1, d)),
                Parameters.AddXavier($"product weight {l}", d, d, Seed),
                Parameters.Add($"product bias {l}", new Matrix(1, d))
            );
        }

        adjacency = Engine.Sparse(Graph.Symmetric());
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed() => Propagate(null);

    /// <summary>Eq. 11: BPR + λ ‖E‖², over the rows of the batch.</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        (Tensor finalUsers, Tensor finalItems) = Propagate(batch);
        Losses losses = new Losses().Add("bpr", Objectives.Bpr(rows, finalUsers, finalItems));
        return options.RegularizationWeight == 0
            ? losses
            : losses.Add(
                "regularization",
                Objectives.Squares(rows, finalUsers, finalItems) * (options.RegularizationWeight / (2.0 * batch.Count))
            );
    }

    /// <inheritdoc/>
    protected override void Release() => adjacency.Dispose();

    // Eq. 7 and 9; for a batch's rows, or for all of them and without dropout.
    private (Tensor Users, Tensor Items) Propagate(Batch? batch)
    {
        BatchRows? rows = batch?.Rows;
        (Tensor u, Tensor i) = (users, items);
        List<Tensor> allUsers = [u.GatherOrAll(rows?.DistinctUsers)];
        List<Tensor> allItems = [i.GatherOrAll(rows?.DistinctItems)];
        for (int l = 0; l < layers.Length; l++)
        {
            // Nothing builds on the last layer, so only the wanted rows of it are made.
            bool isLast = l == layers.Length - 1;
            IndexTensor? userRows = isLast ? rows?.DistinctUsers : null;
            IndexTensor? itemRows = isLast ? rows?.DistinctItems : null;
            Tensor nextUsers = layers[l].Of(u.GatherOrAll(userRows), adjacency.Mm(i, userRows));
            Tensor nextItems = layers[l].Of(i.GatherOrAll(itemRows), adjacency.T().Mm(u, itemRows));
            (u, i) = (Drop(nextUsers, batch, $"user messages {l}"), Drop(nextItems, batch, $"item messages {l}"));
            allUsers.Add((isLast ? u : u.GatherOrAll(rows?.DistinctUsers)).Normalize());
            allItems.Add((isLast ? i : i.GatherOrAll(rows?.DistinctItems)).Normalize());
        }

        return (Tensor.Cat(allUsers, dim: 1), Tensor.Cat(allItems, dim: 1));
    }

    private Tensor Drop(Tensor messages, Batch? batch, string purpose) =>
        batch is null ? messages : Engine.Dropout(messages, options.MessageDropout, batch.Stream(Seed, purpose));

    /// <summary>
    /// E⁽ˡ⁾ = LeakyReLU((L + I) E W₁ + b₁ + (L E ⊙ E) W₂ + b₂), where the rows of L E are what the neighbours say together.
    /// </summary>
    private sealed record Layer(Tensor SumWeight, Tensor SumBias, Tensor ProductWeight, Tensor ProductBias)
    {
        public Tensor Of(Tensor own, Tensor neighbours) =>
            ((own + neighbours).Mm(SumWeight) + SumBias + ((own * neighbours).Mm(ProductWeight) + ProductBias)).LeakyRelu(Slope);
    }
}
