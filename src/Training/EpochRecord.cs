namespace CranePipeline.Training;

/// <summary>What one epoch gave. Losses are means over the epoch's interactions; parts carry their weights, so that they add up.</summary>
/// <param name="Epoch">Epoch, from 1.</param>
/// <param name="Loss">Total.</param>
/// <param name="Parts">The model's parts of it, in its order.</param>
/// <param name="Recall20">Validation recall@20, or null where this epoch was not validated.</param>
/// <param name="Ndcg20">Validation NDCG@20, or null where this epoch was not validated.</param>
/// <param name="IsBest">Whether this is the best validation so far.</param>
/// <param name="Seconds">Training time.</param>
/// <param name="ValidationSeconds">Validation time.</param>
/// <param name="PeakMemoryBytes">Most memory the process has held so far, or the engine where that is more.</param>
public sealed record EpochRecord(
    int Epoch,
    double Loss,
    IReadOnlyList<(string Name, double Value)> Parts,
    double? Recall20,
    double? Ndcg20,
    bool IsBest,
    double Seconds,
    double ValidationSeconds,
    long PeakMemoryBytes
)
{
    /// <summary>A part of the loss by name; 0 where this epoch had none of it.</summary>
    public double Part(string name) => Parts.FirstOrDefault(part => part.Name == name).Value;
}
