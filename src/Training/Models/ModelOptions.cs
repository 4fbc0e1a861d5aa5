using System.ComponentModel.DataAnnotations;
using CranePipeline.Tables;

namespace CranePipeline.Training;

/// <summary>What a model reads besides training interactions.</summary>
[Flags]
public enum ModelNeeds
{
    /// <summary>Nothing else.</summary>
    Interactions = 0,

    /// <summary>Features of the items, by modality.</summary>
    Features = 1,

    /// <summary>Each item's nearest items, by modality, and the features themselves where there are any.</summary>
    Candidates = 2,
}

/// <summary>
/// Settings of one model: a record with documented defaults, which are the help. How it is trained stands in
/// <see cref="TrainerOptions"/>.
/// </summary>
public abstract record ModelOptions
{
    /// <summary>What a model with these settings reads.</summary>
    public abstract ModelNeeds Needs { get; }

    /// <summary>Whether the model learns in epochs; one that does not takes no notice of <see cref="TrainerOptions"/>.</summary>
    public virtual bool IsTrained => true;

    /// <inheritdoc cref="TrainOptions.UsesNegatives"/>
    internal virtual bool UsesNegatives => IsTrained;

    /// <summary>Checks what single ranges cannot: settings that contradict each other.</summary>
    /// <exception cref="InputException">Names the settings and what to do.</exception>
    public virtual void Validate() { }

    /// <summary>
    /// The buffers of a step on an engine that keeps every value for the way back. The default is for d-wide embeddings propagated over
    /// two layers, with the features beside them: enough to tell whether a run will fit.
    /// </summary>
    internal virtual void PlanMemory(MemoryPlan plan) => plan.AddEmbeddings(width: 64, layers: 2, graphs: 2);
}

/// <summary>Settings of a model that may be trained as several members.</summary>
public interface IEnsembleOptions
{
    /// <summary>
    /// Sets of embeddings that are trained side by side, each by a loss of its own, and whose scores add up (an ensemble: Lakshminarayanan
    /// et al., NeurIPS 2017).
    /// </summary>
    int Members { get; }
}

/// <summary>Settings of a model that reads modalities.</summary>
public abstract record MultimodalOptions : ModelOptions
{
    /// <summary>Names of the modalities to use, or null for all.</summary>
    public IReadOnlyList<string>? Modalities { get; init; }

    /// <summary>Width of the features derived from imported neighbour lists, for modalities that bring no features.</summary>
    [Range(1, 4096)]
    public int DerivedFeatureWidth { get; init; } = 64;

    /// <summary>Weights by modality that must name modalities of the data set; or null.</summary>
    internal virtual IReadOnlyDictionary<string, double>? WeightsByModality => null;

    /// <inheritdoc/>
    public override ModelNeeds Needs => ModelNeeds.Features | ModelNeeds.Candidates;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Modalities is { Count: 0 })
        {
            throw new InputException(
                "train.modalities is an empty list: name at least one modality, or leave it out to use all."
            );
        }

        foreach ((string name, double weight) in WeightsByModality ?? new Dictionary<string, double>())
        {
            if (weight < 0 || !float.IsFinite((float)weight))
            {
                throw new InputException(
                    FormattableString.Invariant(
                        $"train.modalityWeights gives {name} {weight}: weights are finite numbers from 0 on."
                    )
                );
            }
        }
    }
}
