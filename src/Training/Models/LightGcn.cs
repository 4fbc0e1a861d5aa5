using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of LightGCN (He et al., SIGIR 2020).</summary>
public sealed record LightGcnOptions : ModelOptions, IEnsembleOptions
{
    /// <summary>Width d of the embeddings, of each member.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <inheritdoc/>
    [Range(1, 64)]
    [DefaultValue(1)]
    public int Members { get; init; } = 1;

    /// <summary>K: layers over the user-item graph (eq. 7).</summary>
    [Range(0, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>Share of the interactions left out of the graph for an epoch, those between busy nodes first; the paper has 0.</summary>
    [Range(0.0, 0.99)]
    public double EdgeDropout { get; init; }

    /// <summary>λ: weight of the batch's squared ID embeddings (eq. 15).</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-4;

    /// <inheritdoc/>
    public override ModelNeeds Needs => ModelNeeds.Interactions;

    internal override void PlanMemory(MemoryPlan plan) =>
        plan.AddEmbeddings(EmbeddingSize * Members, PropagationLayers, graphs: EdgeDropout > 0 ? 2 : 1);
}

/// <summary>
/// LightGCN: He, Deng, Wang, Li, Zhang and Wang, "LightGCN: Simplifying and Powering Graph Convolution Network for Recommendation", SIGIR
/// 2020, arXiv 2002.02126. Published: Gowalla recall@20 0.1830, NDCG@20 0.1554 (as UltraGCN's page repeats it).
/// </summary>
/// <remarks>
/// The layers' weights α_k are equal, 1/(K + 1), as the paper keeps them; the paper's λ multiplies half the squares a pair.
/// </remarks>
public sealed class LightGcn : Recommender
{
    private readonly LightGcnOptions options;
    private readonly Tensor users;
    private readonly Tensor items;
    private readonly SparseTensor adjacency;
    private SparseTensor? dropped;

    internal LightGcn(LightGcnOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        (int d, int members) = (options.EmbeddingSize, options.Members);
        users = Parameters.Add("users", Initial.Members(Graph.UserCount, d, members, Seed, "user embeddings"));
        items = Parameters.Add("items", Initial.Members(Graph.ItemCount, d, members, Seed, "item embeddings"));
        adjacency = Engine.Sparse(Graph.Symmetric());
    }

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch)
    {
        dropped?.Dispose();
        dropped = options.EdgeDropout > 0 ? Engine.Sparse(Graph.Drop(options.EdgeDropout, Seed, epoch).Symmetric()) : null;
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed()
    {
        PropagatedRows e = Propagate(adjacency, null);
        return (e.Users, e.Items);
    }

    /// <summary>Eq. 15: BPR + λ ‖E⁽⁰⁾‖², over the rows of the batch.</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        PropagatedRows e = Propagate(dropped ?? adjacency, rows);
        Losses losses = new Losses().Add("bpr", Objectives.Bpr(rows, e.Users, e.Items, options.Members));
        return options.RegularizationWeight == 0
            ? losses
            : losses.Add(
                "regularization",
                Objectives.Squares(rows, e.IdUsers, e.IdItems) * (options.RegularizationWeight / batch.Count)
            );
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        adjacency.Dispose();
        dropped?.Dispose();
    }

    // Eq. 3, 7 and 8.
    private PropagatedRows Propagate(SparseTensor graph, BatchRows? batch) =>
        GraphConvolution.Mean(graph, users, items, options.PropagationLayers, batch);
}
