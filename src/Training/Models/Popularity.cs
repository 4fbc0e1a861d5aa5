using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Popularity has no settings of its own.</summary>
public sealed record PopularityOptions : ModelOptions
{
    /// <inheritdoc/>
    public override ModelNeeds Needs => ModelNeeds.Interactions;

    /// <inheritdoc/>
    public override bool IsTrained => false;

    internal override void PlanMemory(MemoryPlan plan) => plan.Add("scores", plan.Entities);
}

/// <summary>
/// The floor: every user is shown the items most chosen in the training part, x̂_ui = |N_i| / |E|, without those already chosen.
/// </summary>
public sealed class Popularity : Recommender
{
    private readonly Tensor users;
    private readonly Tensor items;

    internal Popularity(PopularityOptions options, ModelContext context)
        : base(context)
    {
        _ = options;
        users = Engine.Constant(Initial.Filled(Graph.UserCount, 1, 1f));
        float[] shares = [.. Graph.ItemDegrees.Select(degree => (float)degree / Graph.Ones.EntryCount)];
        items = Engine.Constant(new Matrix(Graph.ItemCount, 1, shares));
    }

    /// <inheritdoc/>
    public override (Tensor Users, Tensor Items) Embed() => (users, items);

    /// <inheritdoc/>
    public override Losses Loss(Batch batch) => throw new NotSupportedException("Popularity has nothing to train.");

    /// <inheritdoc/>
    protected override void Release()
    {
        users.Dispose();
        items.Dispose();
    }
}
