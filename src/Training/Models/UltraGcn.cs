using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of UltraGCN (Mao et al., CIKM 2021); its base form has <see cref="ItemWeight"/> 0.</summary>
public sealed record UltraGcnOptions : ModelOptions
{
    /// <summary>Width d of the embeddings.</summary>
    [Range(1, 4096)]
    public int EmbeddingSize { get; init; } = 64;

    /// <summary>Negatives drawn for each interaction, uniformly among all items.</summary>
    [Range(1, 10_000)]
    public int Negatives { get; init; } = 300;

    /// <summary>What the mean over the negatives counts for beside the positive.</summary>
    [Range(0.0, 100_000.0)]
    public double NegativeWeight { get; init; } = 300;

    /// <summary>w₂: what β_ui counts for in a positive's weight, w₁ + w₂ β (λ of eq. 9-10; the authors' program has one for each sign).</summary>
    [Range(0.0, 1_000_000.0)]
    public double ConstraintWeight { get; init; } = 1;

    /// <summary>w₁: what every positive counts for besides its β.</summary>
    [Range(0.0, 1000.0)]
    public double PairWeight { get; init; } = 1e-6;

    /// <summary>w₄: what β_uj counts for in a negative's weight, w₃ + w₄ β.</summary>
    [Range(0.0, 1_000_000.0)]
    [DefaultValue(1.0)]
    public double NegativeConstraintWeight { get; init; } = 1;

    /// <summary>w₃: what every negative counts for besides its β.</summary>
    [Range(0.0, 1000.0)]
    [DefaultValue(1e-6)]
    public double NegativePairWeight { get; init; } = 1e-6;

    /// <summary>γ: weight of the loss over the item-item graph (eq. 15); 0 is the paper's UltraGCN_Base.</summary>
    [Range(0.0, 1_000_000.0)]
    public double ItemWeight { get; init; } = 5e-4;

    /// <summary>K: an item's neighbours in the item-item graph (eq. 14).</summary>
    [Range(1, 1000)]
    public int Neighbours { get; init; } = 10;

    /// <summary>Standard deviation of the initial embeddings.</summary>
    [Range(0.0, 10.0)]
    public double InitialDeviation { get; init; } = 1e-4;

    /// <summary>Weight of half the squares of all embeddings.</summary>
    [Range(0.0, 1000.0)]
    public double RegularizationWeight { get; init; } = 1e-4;

    /// <inheritdoc/>
    public override ModelNeeds Needs => ModelNeeds.Interactions;

    /// <summary>It draws its own, among all items, and weighs them.</summary>
    internal override bool UsesNegatives => false;

    internal override void PlanMemory(MemoryPlan plan)
    {
        long ids = plan.Entities * EmbeddingSize;
        plan.AddParameters(ids, ids);
        plan.Add("scores of the negatives and their gradients", 4L * plan.BatchSize * Negatives);
        // An engine that keeps values for the way back gathers the rows that it multiplies.
        plan.Add("rows of the negatives", (long)plan.BatchSize * Negatives * EmbeddingSize);
        plan.Add("rows of the neighbours", ItemWeight > 0 ? (long)plan.BatchSize * Neighbours * EmbeddingSize : 0);
        plan.Add("losses of a batch", 8L * plan.BatchSize * EmbeddingSize);
    }
}

/// <summary>
/// UltraGCN: Mao, Zhu, Xiao, Lu, Wang and He, "UltraGCN: Ultra Simplification of Graph Convolutional Networks for Recommendation", CIKM
/// 2021, arXiv 2110.15114. Published (page of the authors' program): Gowalla recall@20 0.1862, NDCG@20 0.1580.
/// </summary>
/// <remarks>
/// The sums over a batch are divided by its pairs, which Adam does not notice; as in the authors' program negatives are drawn among all
/// items, their losses are averaged for each pair, and embeddings start near zero. The item graph is the paper's: ω is that of eq. 13, and
/// an item is none of its own neighbours; the authors' program leaves "− G_ii" out of ω, adds 1 under its roots, and has each item among
/// its own K.
/// </remarks>
public sealed class UltraGcn : Recommender
{
    private readonly UltraGcnOptions options;
    private readonly Tensor users;
    private readonly Tensor items;
    private readonly float[] userShares;
    private readonly float[] itemShares;
    private readonly int[] neighbours = [];
    private readonly float[] neighbourWeights = [];

    internal UltraGcn(UltraGcnOptions options, ModelContext context)
        : base(context)
    {
        this.options = options;
        (int d, double deviation) = (options.EmbeddingSize, options.InitialDeviation);
        users = Parameters.Add("users", Initial.Normal(Graph.UserCount, d, deviation, Seed, "user embeddings"));
        items = Parameters.Add("items", Initial.Normal(Graph.ItemCount, d, deviation, Seed, "item embeddings"));

        // β_ui = 1/d_u · √((d_u + 1) / (d_i + 1)) (eq. 7) is a product; a batch asks for hundreds a pair.
        userShares = Array.ConvertAll(Graph.UserDegrees, static degree => (float)(Math.Sqrt(degree + 1.0) / Math.Max(1, degree)));
        itemShares = Array.ConvertAll(Graph.ItemDegrees, static degree => (float)(1 / Math.Sqrt(degree + 1.0)));
        if (options.ItemWeight > 0)
        {
            (neighbours, neighbourWeights) = CoInteraction.Nearest(Graph, options.Neighbours);
        }
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed() => (users, items);

    /// <summary>Eq. 16: L_O + λ L_C, of one form with the weights w + λ β, and γ L_I.</summary>
    public override Losses Loss(Batch batch)
    {
        Tensor u = users.Gather(batch.Users);
        Losses losses = new Losses().Add("constraint", Constraint(batch, u) / batch.Count);
        if (options.ItemWeight > 0)
        {
            losses.Add("items", Items(batch, u) * (options.ItemWeight / batch.Count));
        }

        return options.RegularizationWeight == 0
            ? losses
            : losses.Add(
                "regularization",
                (users.SumSquares() + items.SumSquares()) * (options.RegularizationWeight / (2.0 * batch.Count))
            );
    }

    // Eq. 9-11: −Σ (w₁ + w₂ β_ui) log σ(e_u · e_i) − Σ (w₃ + w₄ β_uj) log σ(−e_u · e_j).
    private Tensor Constraint(Batch batch, Tensor u)
    {
        (int count, int each) = (batch.Count, options.Negatives);
        var drawn = new int[count * each];
        var positiveWeights = new Matrix(count, 1);
        var negativeWeights = new Matrix(count, each);
        RandomStream stream = batch.Stream(Seed, "ultragcn negatives");
        for (int pair = 0; pair < count; pair++)
        {
            int user = batch.UserNumbers[pair];
            positiveWeights[pair, 0] = Weight(options.PairWeight, options.ConstraintWeight, user, batch.PositiveNumbers[pair]);
            Span<int> negatives = drawn.AsSpan(pair * each, each);
            Span<float> weights = negativeWeights.Row(pair);
            for (int k = 0; k < each; k++)
            {
                negatives[k] = stream.NextInt32(Graph.ItemCount);
                weights[k] = Weight(options.NegativePairWeight, options.NegativeConstraintWeight, user, negatives[k]);
            }
        }

        Tensor positive = (u * items.Gather(batch.Positives)).Sum(1);
        Tensor negative = u.RowDots(items, Engine.Indices(drawn, each, Graph.ItemCount));
        return ((-positive).Softplus() * Engine.Constant(positiveWeights)).Sum()
            + ((negative.Softplus() * Engine.Constant(negativeWeights)).Sum() * (options.NegativeWeight / each));
    }

    private float Weight(double pair, double constraint, int user, int item) =>
        (float)pair + ((float)constraint * userShares[user] * itemShares[item]);

    // Eq. 15: −Σ ω_ij log σ(e_u · e_j) over the neighbours j of the positive item i.
    private Tensor Items(Batch batch, Tensor u)
    {
        int each = options.Neighbours;
        var near = new int[batch.Count * each];
        var weights = new Matrix(batch.Count, each);
        for (int pair = 0; pair < batch.Count; pair++)
        {
            int item = batch.PositiveNumbers[pair];
            neighbours.AsSpan(item * each, each).CopyTo(near.AsSpan(pair * each));
            neighbourWeights.AsSpan(item * each, each).CopyTo(weights.Row(pair));
        }

        Tensor scores = u.RowDots(items, Engine.Indices(near, each, Graph.ItemCount));
        return ((-scores).Softplus() * Engine.Constant(weights)).Sum();
    }
}
