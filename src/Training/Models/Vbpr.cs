using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of VBPR (He and McAuley, AAAI 2016).</summary>
public sealed record VbprOptions : MultimodalOptions
{
    /// <summary>Width of the latent factors γ, and of the visual ones θ.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>Whether items have biases: β_i, and β′ᵀf_i of their features.</summary>
    public bool Biases { get; init; } = true;

    /// <summary>λ_Θ: weight of a pair's squared factors and biases.</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-3;

    /// <summary>λ_E: weight of the squared projection E and β′.</summary>
    [Range(0.0, 1000.0)]
    public double ProjectionRegularizationWeight { get; init; }

    internal override void PlanMemory(MemoryPlan plan) => plan.AddEmbeddings(2 * EmbeddingSize, layers: 0, graphs: 0);
}

/// <summary>
/// VBPR: He and McAuley, "VBPR: Visual Bayesian Personalized Ranking from Implicit Feedback", AAAI 2016, arXiv 1510.01784. Published by
/// others, recall@20 / NDCG@20: Baby 0.0663 / 0.0284, Sports 0.0856 / 0.0384 (MMRec's evaluation page).
/// </summary>
/// <remarks>
/// The paper has one modality and no numbers of sections; several modalities stand side by side, as in MMRec. A modality of neighbour
/// lists alone has derived features. Global and user offsets cancel in a ranking and are left out; one λ_Θ stands for the paper's of
/// factors and biases. MMRec's program has no biases, and its penalty, of norms and not of their squares, is of what E makes of the
/// features, too; here λ_E is E's own, and where it is 0 content may drown the factors (docs/experiments.md).
/// </remarks>
public sealed class Vbpr : Recommender
{
    private readonly VbprOptions options;
    private readonly Tensor users;
    private readonly Tensor visualUsers;
    private readonly Tensor items;
    private readonly Tensor[] features;
    private readonly Tensor[] projections;
    private readonly Tensor? bias;
    private readonly Tensor[] visualBias = [];
    private readonly Tensor? one;

    internal Vbpr(VbprOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        int d = options.EmbeddingSize;
        users = Parameters.AddXavier("users", Graph.UserCount, d, Seed);
        visualUsers = Parameters.AddXavier("visual users", Graph.UserCount, d, Seed);
        items = Parameters.AddXavier("items", Graph.ItemCount, d, Seed);
        Matrix[] raw = [.. DerivedFeatures.Complete(context, options.DerivedFeatureWidth).Select(static m => m.Features!)];
        features = [.. raw.Select(Engine.Constant)];
        projections = [.. raw.Select((f, m) => Parameters.AddXavier($"projection {m}", f.Columns, d, Seed))];
        if (options.Biases)
        {
            bias = Parameters.Add("bias", new Matrix(Graph.ItemCount, 1));
            visualBias = [.. raw.Select((f, m) => Parameters.Add($"visual bias {m}", new Matrix(f.Columns, 1)))];
            one = Engine.Constant(Initial.Filled(Graph.UserCount, 1, 1f));
        }
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed() => (Users(null), Items(null));

    /// <summary>BPR-Opt over the paper's predictor, x̂_ui = β_i + ⟨γ_u, γ_i⟩ + ⟨θ_u, E f_i⟩ + β′ᵀf_i.</summary>
    public override Losses Loss(Batch batch)
    {
        BatchRows rows = batch.Rows;
        (Tensor u, Tensor i) = (Users(rows.DistinctUsers), Items(rows.DistinctItems));
        Losses losses = new Losses().Add("bpr", Objectives.Bpr(rows, u, i));
        if (options.RegularizationWeight > 0)
        {
            // All of a user's factors, and of an item what is its own: γ_i and β_i.
            Tensor own = bias is null ? items : Tensor.Cat([items, bias], dim: 1);
            Tensor squares =
                Objectives.Squares(rows, users.Gather(rows.DistinctUsers), own.Gather(rows.DistinctItems))
                + visualUsers.Gather(batch.Users).SumSquares();
            losses.Add("regularization", squares * (options.RegularizationWeight / batch.Count));
        }

        if (options.ProjectionRegularizationWeight > 0)
        {
            Tensor squares = projections.Concat(visualBias).Select(static e => e.SumSquares()).Sum();
            losses.Add("projection", squares * options.ProjectionRegularizationWeight);
        }

        return losses;
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        one?.Dispose();
        foreach (Tensor constant in features)
        {
            constant.Dispose();
        }
    }

    /// <summary>[γ_u ‖ θ_u ‖ 1 ‖ 1], so that the score is an inner product.</summary>
    private Tensor Users(IndexTensor? rows)
    {
        (Tensor latent, Tensor visual) = (users.GatherOrAll(rows), visualUsers.GatherOrAll(rows));
        Tensor? ones = one?.GatherOrAll(rows);
        return Tensor.Cat(ones is null ? [latent, visual] : [latent, visual, ones, ones], dim: 1);
    }

    /// <summary>[γ_i ‖ E f_i ‖ β_i ‖ β′ᵀf_i].</summary>
    private Tensor Items(IndexTensor? rows)
    {
        // E and β′ meet the features, which are wide, in one product.
        Tensor[] mapped =
        [
            .. features.Select(
                (f, m) =>
                    f.GatherOrAll(rows).Mm(bias is null ? projections[m] : Tensor.Cat([projections[m], visualBias[m]], dim: 1))
            ),
        ];
        Tensor content = mapped.Sum();
        Tensor latent = items.GatherOrAll(rows);
        int d = options.EmbeddingSize;
        return bias is null
            ? Tensor.Cat([latent, content], dim: 1)
            : Tensor.Cat([latent, content.Narrow(1, 0, d), bias.GatherOrAll(rows), content.Narrow(1, d, 1)], dim: 1);
    }
}
