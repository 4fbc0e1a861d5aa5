using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Trains a model: Adam on shuffled batches, early stopping on validation recall@20, the best epoch kept.</summary>
public static class Trainer
{
    /// <summary>
    /// Name of the checkpoint's file in its folder: weights, Adam's state, history; the same bytes for the same epoch of the same
    /// run.
    /// </summary>
    public const string CheckpointFile = Checkpoint.FileName;

    /// <summary>Raised when the same settings, seed and input come to give another model.</summary>
    public const int Version = 3;

    /// <summary>
    /// Trains from the settings' start, or from the folder's checkpoint where there is one; either way the result is the same to the
    /// last bit. A function of options, seed, input and engine alone.
    /// </summary>
    /// <param name="options">The model and how it is trained.</param>
    /// <param name="seed">Seed of initial values, batches, negatives and dropped edges.</param>
    /// <param name="input">Interactions and modalities.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="checkpointFolder">Where <c>checkpoint.bin</c> is kept, or null for none.</param>
    /// <param name="progress">Told of every epoch after it, but of none that a checkpoint had.</param>
    /// <param name="schedule">When checkpoints are written; once a minute by default, and always at the end.</param>
    /// <param name="cancellation">Heeded between steps; a checkpoint of that very step is written first.</param>
    /// <exception cref="InputException">
    /// Input or settings do not fit; the loss is no number or explodes.
    /// </exception>
    public static TrainResult Run(
        TrainOptions options,
        long seed,
        TrainingInput input,
        IEngine engine,
        string? checkpointFolder = null,
        IProgress<EpochRecord>? progress = null,
        CheckpointSchedule? schedule = null,
        CancellationToken cancellation = default
    )
    {
        using PreparedTraining training = Prepare(options, seed, input, engine, checkpointFolder, schedule);
        return training.Run(progress, cancellation);
    }

    /// <summary>
    /// Makes the model and, where there is a checkpoint, brings it to that state; nothing is trained yet. What is returned does not hold on
    /// to the input, whose features may be larger than the model: a caller that lets go of it before training needs that much less memory.
    /// </summary>
    /// <param name="options">The model and how it is trained.</param>
    /// <param name="seed">Seed of initial values, batches, negatives and dropped edges.</param>
    /// <param name="input">Interactions and modalities.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="checkpointFolder">Where <c>checkpoint.bin</c> is kept, or null for none.</param>
    /// <param name="schedule">When checkpoints are written.</param>
    /// <param name="otherRuns">
    /// Folders that may hold checkpoints of other runs, for one that has none yet: it goes on from the furthest of those that it would itself
    /// have come through, which are those of runs with the same settings but for fewer epochs or less patience.
    /// </param>
    /// <exception cref="InputException">Input or settings do not fit.</exception>
    public static PreparedTraining Prepare(
        TrainOptions options,
        long seed,
        TrainingInput input,
        IEngine engine,
        string? checkpointFolder = null,
        CheckpointSchedule? schedule = null,
        IEnumerable<string>? otherRuns = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(engine);
        options.Validate();
        input.Validate();
        options = options.Resolve(input);
        IReadOnlyList<ModalityInput> modalities = ModalitySelection.Of(options.Model, input);
        schedule ??= new CheckpointSchedule();
        var stopping = EarlyStopping.Of(options);
        string fingerprint = checkpointFolder is null ? "" : RunFingerprint.Of(options, seed, input, engine);
        CheckpointState? state = null;
        string? other = null;
        if (checkpointFolder is not null)
        {
            state = Checkpoint.Read(checkpointFolder, fingerprint, stopping, schedule.Warn);
            if (state is null && Checkpoint.Furthest(otherRuns ?? [], fingerprint, stopping) is { } found)
            {
                (state, other) = found;
                Checkpoint.Write(checkpointFolder, fingerprint, engine.Name, state);
            }
        }

        if (state is not null && stopping.Ends(state.Epochs, state.Waited))
        {
            return PreparedTraining.Finished(state, other);
        }

        var run = new TrainingRun(options, seed, input, modalities, engine);
        var prepared = new PreparedTraining(run, state?.History ?? [], checkpointFolder, fingerprint, schedule)
        {
            GoesOnFrom = other,
        };
        try
        {
            if (state is not null)
            {
                run.Restore(state);
            }

            return prepared;
        }
        catch
        {
            prepared.Dispose();
            throw;
        }
    }
}
