namespace CranePipeline.Training;

/// <summary>When the trainer writes a checkpoint: after an epoch at which either of the two is due.</summary>
/// <param name="EveryEpochs">Epochs between checkpoints; 0 for no such rule.</param>
/// <param name="EveryMinutes">Minutes between checkpoints; 0 for no such rule.</param>
public sealed record CheckpointSchedule(int EveryEpochs = 0, double EveryMinutes = 1)
{
    /// <summary>Told why a checkpoint that is there cannot be gone on from; training then starts again.</summary>
    public Action<string>? Warn { get; init; }
}
