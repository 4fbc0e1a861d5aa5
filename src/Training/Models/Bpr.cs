using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of BPR-MF (Rendle et al., UAI 2009).</summary>
public sealed record BprOptions : ModelOptions, IEnsembleOptions
{
    /// <summary>Width d of the embeddings, of each member.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <inheritdoc/>
    [Range(1, 64)]
    [DefaultValue(1)]
    public int Members { get; init; } = 1;

    /// <summary>λ: weight of a pair's squared embeddings.</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-4;

    /// <inheritdoc/>
    public override ModelNeeds Needs => ModelNeeds.Interactions;

    internal override void PlanMemory(MemoryPlan plan) => plan.AddEmbeddings(EmbeddingSize * Members, layers: 0, graphs: 0);
}

/// <summary>
/// BPR-MF: Rendle, Freudenthaler, Gantner and Schmidt-Thieme, "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009, arXiv
/// 1205.2618. Published by others, recall@20 / NDCG@20: Baby 0.0575 / 0.0249, Sports 0.0653 / 0.0298 (MMRec's evaluation page).
/// </summary>
/// <remarks>
/// The paper learns by stochastic gradient descent; here it is Adam in batches, and one λ for users, positives and negatives.
/// </remarks>
public sealed class Bpr : Recommender
{
    private readonly BprOptions options;
    private readonly Tensor users;
    private readonly Tensor items;

    internal Bpr(BprOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        (int d, int members) = (options.EmbeddingSize, options.Members);
        users = Parameters.Add("users", Initial.Members(Graph.UserCount, d, members, Seed, "users"));
        items = Parameters.Add("items", Initial.Members(Graph.ItemCount, d, members, Seed, "items"));
    }

    /// <inheritdoc/>
    /// <remarks>Section 4.3.1: x̂_ui = ⟨w_u, h_i⟩.</remarks>
    public override (Tensor Users, Tensor Items) Embed() => (users, items);

    /// <summary>BPR-Opt (section 4.1): −ln σ(x̂_ui − x̂_uj) + λ ‖Θ‖².</summary>
    public override Losses Loss(Batch batch)
    {
        Losses losses = new Losses().Add("bpr", Objectives.Bpr(batch, users, items, options.Members));
        return options.RegularizationWeight == 0
            ? losses
            : losses.Add(
                "regularization",
                Objectives.Squares(batch, users, items) * (options.RegularizationWeight / batch.Count)
            );
    }
}
