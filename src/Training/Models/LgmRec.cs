using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of LGMRec (Guo et al., AAAI 2024).</summary>
public sealed record LgmRecOptions : MultimodalOptions
{
    /// <summary>Width d of the embeddings.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>L: layers of the collaborative graph.</summary>
    [Range(0, 16)]
    public int PropagationLayers { get; init; } = 2;

    /// <summary>K: layers of the modalities' graphs.</summary>
    [Range(0, 16)]
    public int ModalityLayers { get; init; } = 2;

    /// <summary>H: layers of hypergraph message passing.</summary>
    [Range(1, 16)]
    public int HypergraphLayers { get; init; } = 1;

    /// <summary>A: hyperedges of a modality.</summary>
    [Range(1, 1024)]
    public int Hyperedges { get; init; } = 4;

    /// <summary>Share of the hypergraph's memberships dropped in training.</summary>
    [Range(0.0, 0.99)]
    public double HypergraphDropout { get; init; } = 0.5;

    /// <summary>α: weight of the global embeddings.</summary>
    [Range(0.0, 1000.0)]
    public double GlobalWeight { get; init; } = 0.3;

    /// <summary>λ_2: weight of the contrast between the modalities' hypergraphs, a mean over the batch.</summary>
    [Range(0.0, 1000.0)]
    public double ContrastiveWeight { get; init; } = 0.2;

    /// <summary>τ of the contrast and of the Gumbel softmax.</summary>
    [Range(0.001, 100.0)]
    public double Temperature { get; init; } = 0.2;

    /// <summary>λ_1: weight of the batch's embeddings, the sum of their norms over the batch size.</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-6;

    internal override void PlanMemory(MemoryPlan plan)
    {
        plan.AddEmbeddings(EmbeddingSize, PropagationLayers, graphs: 2);
        plan.AddPropagation(EmbeddingSize, ModalityLayers + 1, branches: plan.Widths.Count);
        plan.Add("contrast of a batch", 2L * plan.BatchSize * plan.Entities);
    }
}

/// <summary>
/// LGMRec: Guo, Li, Li, Wang, Shi and Ruan, "LGMRec: Local and Global Graph Learning for Multimodal Recommendation", AAAI 2024, arXiv
/// 2312.16400. Published (log of the authors' program), recall@20 / NDCG@20: Baby 0.1002 / 0.0440 in its last lines, 0.0982 / 0.0434 at
/// the epoch that these name.
/// </summary>
/// <remarks>
/// Checked against the authors' program; the paper's formulas are named by its modules, as their numbers could not be seen. The program
/// draws Gumbel noise when it evaluates, too; here only training has it. Its contrast is a sum over the batch, here a mean (their weight
/// times the batch size). With one modality there is nothing to contrast; with more than two each is contrasted with the next.
/// </remarks>
public sealed class LgmRec : Recommender
{
    private readonly LgmRecOptions options;
    private readonly Tensor users;
    private readonly Tensor items;
    private readonly SparseTensor adjacency;
    private readonly SparseTensor interactions;
    private readonly SparseTensor userMean;
    private readonly Tensor[] features;
    private readonly Tensor[] projections;
    private readonly Tensor[] hyperedges;

    internal LgmRec(LgmRecOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        int d = options.EmbeddingSize;
        users = Parameters.AddXavier("users", Graph.UserCount, d, Seed);
        items = Parameters.AddXavier("items", Graph.ItemCount, d, Seed);
        adjacency = Engine.Sparse(Graph.Symmetric());
        interactions = Engine.Sparse(Graph.Ones);
        userMean = Engine.Sparse(Graph.UserMean());
        Matrix[] raw = [.. DerivedFeatures.Complete(context, options.DerivedFeatureWidth).Select(static m => m.Features!)];
        features = [.. raw.Select(Engine.Constant)];
        projections = [.. raw.Select((f, m) => Parameters.AddXavier($"projection {m}", f.Columns, d, Seed))];
        hyperedges = [.. raw.Select((f, m) => Parameters.AddXavier($"hyperedges {m}", f.Columns, options.Hyperedges, Seed))];
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed()
    {
        Views v = Forward(null);
        return (v.Users, v.Items);
    }

    /// <summary>BPR + λ_2 contrast of the modalities' global embeddings + λ_1 norms of the batch.</summary>
    public override Losses Loss(Batch batch)
    {
        Views v = Forward(batch);
        (Tensor u, Tensor i, Tensor j) = (
            v.Users.Gather(batch.Users),
            v.Items.Gather(batch.Positives),
            v.Items.Gather(batch.Negatives)
        );
        Losses losses = new Losses().Add("bpr", Engine.BprLoss(u, i, j));
        if (options.ContrastiveWeight > 0 && features.Length > 1)
        {
            float temperature = (float)options.Temperature;
            IEnumerable<Tensor> contrasts = v.Global.Zip(
                v.Global.Skip(1),
                (a, b) =>
                {
                    // All embeddings of a modality are mixtures of its few hyperedges: in their span cosines are the same and cost less.
                    (Tensor edgesA, Tensor edgesB) = JointSpan.Of(a.Edges, b.Edges);
                    Tensor Contrast(Tensor membersA, Tensor membersB, IndexTensor rows) =>
                        Engine.InfoNceLoss(membersA.Gather(rows).Mm(edgesA), membersB.Mm(edgesB), rows, temperature);
                    return Contrast(a.Users, b.Users, batch.Users) + Contrast(a.Items, b.Items, batch.Positives);
                }
            );
            losses.Add(
                "contrastive",
                contrasts.Sum() * options.ContrastiveWeight,
                "lower train.contrastiveWeight or raise train.temperature"
            );
        }

        if (options.RegularizationWeight > 0)
        {
            Tensor norms = u.SumSquares().Pow(0.5) + i.SumSquares().Pow(0.5) + j.SumSquares().Pow(0.5);
            losses.Add("regularization", norms * (options.RegularizationWeight / batch.Count));
        }

        return losses;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        foreach (IDisposable value in (IEnumerable<IDisposable>)[adjacency, interactions, userMean, .. features])
        {
            value.Dispose();
        }
    }

    private Views Forward(Batch? batch)
    {
        PropagatedRows c = GraphConvolution.Mean(adjacency, users, items, options.PropagationLayers);
        (Tensor u, Tensor i) = (c.Users, c.Items);
        var global = new Hypergraph[features.Length];
        for (int m = 0; m < features.Length; m++)
        {
            // The features are wide: what the two projections make of them is one product.
            int d = options.EmbeddingSize;
            Tensor mapped = features[m].Mm(Tensor.Cat([projections[m], hyperedges[m]], dim: 1));
            (Tensor localUsers, Tensor localItems) = Local(mapped.Narrow(1, 0, d));
            (u, i) = (u + localUsers.Normalize(), i + localItems.Normalize());
            global[m] = Global(m, mapped.Narrow(1, d, options.Hyperedges), c.Items, batch);
        }

        // Fusion: E = local + α · normalised global, summed over the modalities.
        Tensor globalUsers = global.Select(static g => g.Users.Mm(g.Edges)).Sum();
        Tensor globalItems = global.Select(static g => g.Items.Mm(g.Edges)).Sum();
        return new Views(
            u.Add(globalUsers.Normalize(), options.GlobalWeight),
            i.Add(globalItems.Normalize(), options.GlobalWeight),
            global
        );
    }

    /// <summary>Modality graph embedding: projected features, a user's the mean of the items', propagated; the last layer alone.</summary>
    private (Tensor Users, Tensor Items) Local(Tensor projected)
    {
        (Tensor u, Tensor i) = (userMean.Mm(projected), projected);
        for (int layer = 0; layer < options.ModalityLayers; layer++)
        {
            (u, i) = (adjacency.Mm(i), adjacency.T().Mm(u));
        }

        return (u, i);
    }

    /// <summary>Global hypergraph embedding: memberships in a modality's hyperedges, and what passes through them from the items.</summary>
    private Hypergraph Global(int m, Tensor items, Tensor collaborative, Batch? batch)
    {
        Tensor itemMembers = Members(items, $"item hyperedges {m}", batch);
        Tensor userMembers = Members(interactions.Mm(items), $"user hyperedges {m}", batch);
        Tensor edges = itemMembers.T().Mm(collaborative);
        for (int layer = 1; layer < options.HypergraphLayers; layer++)
        {
            edges = itemMembers.T().Mm(itemMembers.Mm(edges));
        }

        return new Hypergraph(userMembers, itemMembers, edges);
    }

    /// <summary>Hypergraph dependency: softmax of the logits over τ, in training with Gumbel noise and dropout.</summary>
    private Tensor Members(Tensor logits, string purpose, Batch? batch)
    {
        if (batch is null)
        {
            return (logits / options.Temperature).Softmax();
        }

        Tensor noise = Engine.Constant(RandomMatrix.Gumbel(logits.Rows, logits.Columns, batch.Stream(Seed, purpose + " noise")));
        Tensor members = ((logits + noise) / options.Temperature).Softmax();
        return members.Dropout(options.HypergraphDropout, batch.Stream(Seed, purpose + " dropout"));
    }

    /// <summary>A modality's: memberships of users and items, and the hyperedges' embeddings; the rows' own are the products.</summary>
    private readonly record struct Hypergraph(Tensor Users, Tensor Items, Tensor Edges);

    private readonly record struct Views(Tensor Users, Tensor Items, IReadOnlyList<Hypergraph> Global);
}
