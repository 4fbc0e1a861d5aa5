using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>
/// What the trainer knows of a model. A model is one file in <c>Models/</c> that reads beside its paper: parameters in the constructor,
/// <see cref="Embed"/>, <see cref="Loss"/>. Score(u, i) = ⟨E_u, E_i⟩ unless its <see cref="ToScorer"/> says
/// otherwise.
/// </summary>
public abstract class Recommender : IDisposable
{
    private protected Recommender(ModelContext context)
    {
        (Engine, Graph, Seed) = (context.Engine, context.Graph, context.Seed);
        Parameters = new ParameterSet(context.Engine);
    }

    /// <summary>Where to compute.</summary>
    protected IEngine Engine { get; }

    /// <summary>The run's seed; random numbers come from it, a purpose and the epoch or step, so that they need no state.</summary>
    protected long Seed { get; }

    /// <summary>What is trained; a model without any is fitted by its constructor.</summary>
    internal ParameterSet Parameters { get; }

    private protected InteractionGraph Graph { get; }

    /// <summary>Whether batches are of users, each once an epoch with all the user has chosen, rather than of interactions.</summary>
    public virtual bool TakesUsersWhole => false;

    /// <summary>What a checkpoint must keep besides parameters and the optimiser's state.</summary>
    public virtual IReadOnlyList<NamedState> State => [];

    /// <summary>
    /// E_U <c>[users × d]</c> and E_I <c>[items × d]</c>, all rows, within an open step without gradients; not of a model that
    /// scores otherwise.
    /// </summary>
    public virtual (Tensor Users, Tensor Items) Embed() =>
        throw new NotSupportedException($"{GetType().Name} does not score by inner products.");

    /// <summary>The named parts of a batch's loss, within an open step; their sum is trained.</summary>
    public abstract Losses Loss(Batch batch);

    /// <summary>Before each epoch, from 0: edges dropped, neighbours re-chosen, warm-up.</summary>
    public virtual void BeginEpoch(int epoch) { }

    /// <summary>Puts back what <see cref="State"/> gave.</summary>
    public virtual void Restore(IReadOnlyList<NamedState> state) { }

    /// <summary>How it scores now, as numbers that outlive it: what is validated, stored and ranked with. Outside of any step.</summary>
    public virtual Scorer ToScorer()
    {
        using IDisposable step = Engine.BeginStep(gradients: false);
        (Tensor users, Tensor items) = Embed();
        return new InnerProducts(Engine.Read(users), Engine.Read(items));
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Parameters.Dispose();
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the model made besides its parameters.</summary>
    protected virtual void Release() { }
}

/// <summary>What a model is made from besides its options.</summary>
/// <param name="Engine">Where to compute.</param>
/// <param name="Graph">The training interactions.</param>
/// <param name="Modalities">Those the options choose, checked; empty for a model that needs none.</param>
/// <param name="Seed">The run's seed.</param>
internal sealed record ModelContext(IEngine Engine, InteractionGraph Graph, IReadOnlyList<ModalityInput> Modalities, long Seed);

/// <summary>Numbers a checkpoint keeps under a name.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Integers">Whole numbers; may be empty.</param>
/// <param name="Reals">Real ones; may be empty.</param>
public sealed record NamedState(string Name, int[] Integers, float[] Reals);
