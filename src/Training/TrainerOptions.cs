using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Training;

/// <summary>How a model is trained, whichever it is.</summary>
public sealed record TrainerOptions
{
    /// <summary>Adam's step size; with <c>batchSize: auto</c> that of a batch of 1024, from which that of a larger one follows.</summary>
    [Range(1e-9, 10.0)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Factor on the step size from one epoch to the next; 1 keeps it.</summary>
    [Range(1e-6, 1.0)]
    [DefaultValue(1.0)]
    public double LearningRateDecay { get; init; } = 1;

    /// <summary>
    /// Interactions in a batch; auto takes more of them where there are more, and scales the step size (docs/scaling.md).
    /// </summary>
    [Range(1, 10_000_000)]
    [AmbientValue(Auto)]
    public int? BatchSize { get; init; } = 1024;

    /// <summary>How a batch's interactions are drawn.</summary>
    public BatchSampling BatchSampling { get; init; }

    /// <summary>
    /// Items drawn for each negative, of which that is taken which the model scored highest when the epoch began (dynamic negative
    /// sampling: Zhang et al., SIGIR 2013); 1 takes any, and so does the first epoch.
    /// </summary>
    [Range(1, 1000)]
    [DefaultValue(1)]
    public int NegativeCandidates { get; init; } = 1;

    /// <summary>Most epochs.</summary>
    [Range(1, 1_000_000)]
    public int Epochs { get; init; } = 250;

    /// <summary>Training stops after so many validations without a better recall@20.</summary>
    [Range(1, 1_000_000)]
    public int Patience { get; init; } = 5;

    /// <summary>Epochs from one validation to the next; auto validates seldom where that costs more than a fifth of an epoch.</summary>
    [Range(1, 1_000_000)]
    [AmbientValue(Auto)]
    public int? ValidateEvery { get; init; } = 1;

    /// <summary>What is written where a number is to follow from the data; it stands for null.</summary>
    internal const string Auto = "auto";
}

/// <summary>How the positives of an epoch's batches are drawn.</summary>
public enum BatchSampling
{
    /// <summary>Every training interaction once, shuffled (Rendle et al., 2009): users count by how much they have interacted.</summary>
    Interactions,

    /// <summary>
    /// As many draws as there are interactions, each a uniform user and one of the user's items (He et al., LightGCN, 2020, in their
    /// program): users count alike, as they do in the metrics, which are means over users.
    /// </summary>
    Users,
}
