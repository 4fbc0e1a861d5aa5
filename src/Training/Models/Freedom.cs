using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of FREEDOM (Zhou and Shen, ACM MM 2023).</summary>
public sealed record FreedomOptions : MultimodalOptions
{
    /// <summary>Width d of the embeddings.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>L_ui: layers over the user-item graph.</summary>
    [Range(0, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>L_ii: layers over the item-item graph.</summary>
    [Range(0, 16)]
    public int ItemGraphLayers { get; init; } = 1;

    /// <summary>k: an item's neighbours in the frozen graph, itself among them.</summary>
    [Range(1, 1000)]
    public int Neighbours { get; init; } = 10;

    /// <summary>α: shares of the modalities' graphs by name, 1 where absent, divided by their sum; null for equal ones.</summary>
    public IReadOnlyDictionary<string, double>? ModalityWeights { get; init; }

    /// <summary>ρ: share of the interactions left out of the user-item graph for an epoch, those between busy nodes first.</summary>
    [Range(0.0, 0.99)]
    public double EdgeDropout { get; init; } = 0.8;

    /// <summary>λ: weight of the modalities' own BPR losses.</summary>
    [Range(0.0, 1000.0)]
    public double ModalityLossWeight { get; init; } = 1e-3;

    internal override IReadOnlyDictionary<string, double>? WeightsByModality => ModalityWeights;

    internal override void PlanMemory(MemoryPlan plan) => plan.AddEmbeddings(EmbeddingSize, PropagationLayers, graphs: 2);
}

/// <summary>
/// FREEDOM: Zhou and Shen, "A Tale of Two Graphs: Freezing and Denoising Graph Structures for Multimodal Recommendation", ACM MM
/// 2023, arXiv 2211.06924. Published, recall@20 / NDCG@20: Baby 0.0992 / 0.0424, Sports 0.1089 / 0.0481 (MMRec's evaluation page,
/// by the same author).
/// </summary>
/// <remarks>
/// As in the authors' program an item is its own nearest neighbour and counts as one of the k. There the raw features are trained too; here
/// they are constants, and only their projections are trained. A modality of neighbour lists alone has its graph, but no loss of its own.
/// </remarks>
public sealed class Freedom : Recommender
{
    private readonly FreedomOptions options;
    private readonly Tensor users;
    private readonly Tensor items;
    private readonly SparseTensor adjacency;
    private readonly SparseTensor itemGraph;
    private readonly Tensor[] features;
    private readonly Tensor[] projections;
    private readonly Tensor[] biases;
    private SparseTensor? dropped;

    internal Freedom(FreedomOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        (int d, int itemCount) = (options.EmbeddingSize, Graph.ItemCount);
        users = Parameters.AddXavier("users", Graph.UserCount, d, Seed);
        items = Parameters.AddXavier("items", itemCount, d, Seed);
        adjacency = Engine.Sparse(Graph.Symmetric());

        // The frozen graph (eq. 1-3), mixed by α.
        itemGraph = Engine.Sparse(FeatureGraph.Frozen(context, options.Neighbours, options.ModalityWeights));
        Matrix[] raw =
        [
            .. context.Modalities.Where(m => options.ModalityLossWeight > 0).Select(static m => m.Features).OfType<Matrix>(),
        ];
        features = [.. raw.Select(Engine.Constant)];
        projections = [.. raw.Select((f, m) => Parameters.AddXavier($"projection {m}", f.Columns, d, Seed))];
        biases = [.. raw.Select((_, m) => Parameters.Add($"bias {m}", new Matrix(1, d)))];
    }

    /// <summary>Degree-sensitive edge pruning: an edge stays with probability in proportion to 1/√(deg u · deg i).</summary>
    public override void BeginEpoch(int epoch)
    {
        dropped?.Dispose();
        dropped = options.EdgeDropout > 0 ? Engine.Sparse(Graph.Drop(options.EdgeDropout, Seed, epoch).Symmetric()) : null;
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed() => Forward(adjacency, null);

    /// <summary>BPR(u, i, j) + λ Σ_m BPR(u, h_m,i, h_m,j), where h_m = X_m W_m + b_m (eq. 9-10).</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        (Tensor u, Tensor i) = Forward(dropped ?? adjacency, rows);
        Losses losses = new Losses().Add("bpr", Objectives.Bpr(rows, u, i));
        if (features.Length == 0)
        {
            return losses;
        }

        IEnumerable<Tensor> modal = features.Select(
            (x, m) => Objectives.Bpr(rows, u, x.Gather(rows.DistinctItems).Mm(projections[m]) + biases[m])
        );
        return losses.Add("modalities", modal.Sum() * options.ModalityLossWeight);
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        adjacency.Dispose();
        itemGraph.Dispose();
        dropped?.Dispose();
        foreach (Tensor constant in features)
        {
            constant.Dispose();
        }
    }

    /// <summary>E_U = C_U and E_I = C_I + S … S e_I (eq. 8), C the mean of LightGCN's layers; a batch's rows or all.</summary>
    private (Tensor Users, Tensor Items) Forward(SparseTensor graph, BatchRows? batch)
    {
        PropagatedRows c = GraphConvolution.Mean(graph, users, items, options.PropagationLayers, batch);
        Tensor h = items;
        for (int layer = 1; layer < options.ItemGraphLayers; layer++)
        {
            h = itemGraph.Mm(h);
        }

        h = options.ItemGraphLayers == 0 ? h.GatherOrAll(batch?.DistinctItems) : itemGraph.Mm(h, batch?.DistinctItems);
        return (c.Users, c.Items + h);
    }
}
