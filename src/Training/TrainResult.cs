using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>A trained model.</summary>
public sealed record TrainResult
{
    /// <summary>How it scores at the best epoch.</summary>
    public required Scorer Scorer { get; init; }

    /// <summary>Numbers that training adjusts.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Every epoch, in order.</summary>
    public required IReadOnlyList<EpochRecord> History { get; init; }

    /// <summary>Epoch, from 1, whose scores these are.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Validation recall@20 at that epoch.</summary>
    public required double BestRecall20 { get; init; }

    /// <summary>Median training time of an epoch.</summary>
    public required double EpochSeconds { get; init; }

    /// <summary>Median time of a validation.</summary>
    public required double ValidationSeconds { get; init; }

    /// <summary>Most memory held, in bytes.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Epoch after which this run took up an earlier one's checkpoint, or 0.</summary>
    public required int ResumedFrom { get; init; }
}
