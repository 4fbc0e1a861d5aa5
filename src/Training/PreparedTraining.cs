namespace CranePipeline.Training;

/// <summary>A model that stands ready to be trained, or has been already; see <see cref="Trainer.Prepare"/>.</summary>
public sealed class PreparedTraining : IDisposable
{
    private readonly TrainingRun? run;
    private readonly TrainResult? finished;
    private readonly string? checkpointFolder;
    private readonly string fingerprint;
    private readonly CheckpointSchedule schedule;

    internal PreparedTraining(
        TrainingRun run,
        IReadOnlyList<EpochRecord> before,
        string? checkpointFolder,
        string fingerprint,
        CheckpointSchedule schedule
    ) =>
        (this.run, Before, this.checkpointFolder, this.fingerprint, this.schedule) = (
            run,
            before,
            checkpointFolder,
            fingerprint,
            schedule
        );

    private PreparedTraining(TrainResult finished)
    {
        (this.finished, Before, fingerprint, schedule) = (finished, finished.History, "", new CheckpointSchedule());
    }

    /// <summary>The epochs that a checkpoint had already.</summary>
    public IReadOnlyList<EpochRecord> Before { get; }

    /// <summary>The folder of another run's checkpoint from which this one goes on, or null.</summary>
    public string? GoesOnFrom { get; init; }

    /// <summary>Trains to the end.</summary>
    /// <param name="progress">Told of every epoch after it, but of none that was there <see cref="Before"/>.</param>
    /// <param name="cancellation">Heeded between steps; a checkpoint of that very step is written first.</param>
    /// <exception cref="Tables.InputException">The loss is no number or explodes.</exception>
    public TrainResult Run(IProgress<EpochRecord>? progress = null, CancellationToken cancellation = default)
    {
        if (finished is not null)
        {
            return finished;
        }

        DateTime written = DateTime.UtcNow;
        while (!run!.IsFinished)
        {
            if (run.Epoch(() => cancellation.IsCancellationRequested) is not { } record)
            {
                if (checkpointFolder is not null)
                {
                    WriteCheckpoint(checkpointFolder);
                }

                throw new OperationCanceledException(cancellation);
            }

            progress?.Report(record);
            if (checkpointFolder is not null && (run.IsFinished || IsDue(written)))
            {
                WriteCheckpoint(checkpointFolder);
                written = DateTime.UtcNow;
            }
        }

        return run.Result(Before.Count);
    }

    /// <inheritdoc/>
    public void Dispose() => run?.Dispose();

    internal static PreparedTraining Finished(CheckpointState state, string? other)
    {
        long parameterCount = state.Parameters.Sum(static parameter => (long)parameter.Value.Values.Length);
        return new PreparedTraining(TrainingRun.Result(state.Best!, state.History, parameterCount, state.Epochs))
        {
            GoesOnFrom = other,
        };
    }

    private void WriteCheckpoint(string folder)
    {
        Checkpoint.Write(folder, fingerprint, run!.Device, run.State());

        // Weights and moments were copied for it.
        ProcessMemory.ReleaseGarbage();
    }

    private bool IsDue(DateTime written) =>
        (schedule.EveryEpochs > 0 && run!.Epochs % schedule.EveryEpochs == 0)
        || (schedule.EveryMinutes > 0 && (DateTime.UtcNow - written).TotalMinutes >= schedule.EveryMinutes);
}
