using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>All that a run carries from one epoch to the next; random numbers are functions of seed and epoch and need no place.</summary>
internal sealed record CheckpointState
{
    /// <summary>Epochs done.</summary>
    public required int Epochs { get; init; }

    /// <summary>Validations since the best one.</summary>
    public required int Waited { get; init; }

    /// <summary>Loss of the very first step, by which an explosion is told.</summary>
    public required double FirstLoss { get; init; }

    public required IReadOnlyList<(string Name, Matrix Value)> Parameters { get; init; }

    public required OptimizerState Optimizer { get; init; }

    /// <summary>What the model keeps besides its parameters.</summary>
    public required IReadOnlyList<NamedState> Model { get; init; }

    public required BestEpoch? Best { get; init; }

    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>Where in the epoch after these the run was stopped, or null between epochs.</summary>
    public PartialEpoch? Partial { get; init; }
}

/// <summary>The part of an epoch that is done: so many interactions in so many steps, and the sums of their losses.</summary>
internal sealed record PartialEpoch(int Interactions, int Steps, double Total, IReadOnlyList<(string Name, double Value)> Sums)
{
    /// <summary>The epoch's negatives where they were chosen by scores, which are not what they were; else null.</summary>
    public int[]? Negatives { get; init; }
}

/// <summary>The best validation so far and the model's scores then.</summary>
internal sealed record BestEpoch(int Epoch, double Recall20, Scorer Scorer);
