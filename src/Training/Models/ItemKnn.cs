using System.ComponentModel.DataAnnotations;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Settings of ItemKNN (Deshpande and Karypis, 2004).</summary>
public sealed record ItemKnnOptions : ModelOptions
{
    /// <summary>k: neighbours that an item keeps.</summary>
    [Range(1, 100_000)]
    public int Neighbours { get; init; } = 100;

    /// <summary>h: added to the similarity's denominator, so that items which few users share count less.</summary>
    [Range(0.0, 1e6)]
    public double Shrink { get; init; } = 10;

    /// <inheritdoc/>
    public override ModelNeeds Needs => ModelNeeds.Interactions;

    /// <inheritdoc/>
    public override bool IsTrained => false;

    internal override void PlanMemory(MemoryPlan plan) =>
        plan.Add("neighbours", 2 * plan.Items * Math.Min(Neighbours, plan.Items));
}

/// <summary>
/// ItemKNN: Deshpande and Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 2004, with the shrink term of Ferrari
/// Dacrema, Cremonesi and Jannach, "Are we really making much progress?", RecSys 2019, arXiv 1907.06902. No figure is published on
/// the data sets here.
/// </summary>
/// <remarks>
/// s_ij = |N_i ∩ N_j| / (√(|N_i||N_j|) + h); each item keeps its k nearest, and x̂_ui = Σ_j∈N_u s_ji over what the user has chosen.
/// Neighbours' similarities are not scaled to a common length. Made item by item, so that no items × items matrix exists.
/// </remarks>
public sealed class ItemKnn : Recommender
{
    private readonly NeighbourSums scorer;

    internal ItemKnn(ItemKnnOptions options, ModelContext context)
        : base(context)
    {
        int[] degrees = Graph.ItemDegrees;
        (int[] neighbours, float[] similarities) = CoInteraction.Nearest(
            Graph,
            Math.Min(options.Neighbours, Graph.ItemCount),
            (item, other, together) => together / (Math.Sqrt((double)degrees[item] * degrees[other]) + options.Shrink)
        );
        for (int place = 0; place < neighbours.Length; place++)
        {
            neighbours[place] = similarities[place] > 0 ? neighbours[place] : -1;
        }

        scorer = new NeighbourSums(Graph.Ones, neighbours, similarities);
    }

    /// <inheritdoc/>
    public override Scorer ToScorer() => scorer;

    /// <inheritdoc/>
    public override Losses Loss(Batch batch) => throw new NotSupportedException("ItemKNN has nothing to train.");
}
