namespace CranePipeline.Training;

/// <summary>One point of a grid and what it gave on the validation part.</summary>
/// <param name="Settings">The searched settings by name, as they were given.</param>
/// <param name="Options">All settings of the trial.</param>
/// <param name="Recall20">Mean over the seeds of the best validation recall@20.</param>
/// <param name="Ndcg20">Mean over the seeds of NDCG@20 at those epochs.</param>
/// <param name="BestEpochs">Best epoch of each seed.</param>
/// <param name="Seconds">Training and validation time of all seeds.</param>
/// <param name="Checkpoints">The folder of each seed's checkpoint; empty where none were kept.</param>
public sealed record SearchTrial(
    IReadOnlyDictionary<string, string> Settings,
    TrainOptions Options,
    double Recall20,
    double Ndcg20,
    IReadOnlyList<int> BestEpochs,
    double Seconds,
    IReadOnlyList<string> Checkpoints
);
