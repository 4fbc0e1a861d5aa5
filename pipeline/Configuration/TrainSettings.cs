using CranePipeline.Training;

namespace CranePipeline.Configuration;

/// <summary>Settings of the <c>train</c> stage.</summary>
internal sealed record TrainSettings
{
    /// <summary>The model and how it is trained.</summary>
    [Inline]
    public TrainOptions Model { get; init; } = new();

    /// <summary>Seed of initial values, batches and negatives; the split's seed where absent.</summary>
    public long? Seed { get; init; }
}
