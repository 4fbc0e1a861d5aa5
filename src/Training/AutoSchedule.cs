namespace CranePipeline.Training;

/// <summary>
/// The numbers that <c>auto</c> stands for. They follow from counts of rows and operations and never from a clock, so that the same data
/// and settings train the same model on any machine.
/// </summary>
internal static class AutoSchedule
{
    /// <summary>The batch that <see cref="TrainerOptions.LearningRate"/> is meant for, and the smallest one.</summary>
    public const int BaseBatch = 1024;

    /// <summary>
    /// Steps that an epoch of larger data keeps near: a step costs as much as the graph, whatever its batch. Gowalla tells how few they
    /// may be (docs/scaling.md).
    /// </summary>
    public const int Steps = 96;

    /// <summary>The largest batch, beyond which an epoch takes more steps again.</summary>
    public const int LargestBatch = 1 << 22;

    /// <summary>Most that a larger batch multiplies the step size by.</summary>
    public const double LargestScale = 4;

    /// <summary>Validations take at most this share of the time of the epochs between them, by the count of operations.</summary>
    public const double ValidationShare = 0.2;

    /// <summary>Most epochs between two validations.</summary>
    public const int LongestInterval = 10;

    public static TrainerOptions Resolve(TrainOptions options, TrainingInput input)
    {
        TrainerOptions trainer = options.Trainer;
        if (trainer.BatchSize is null)
        {
            int batch = BatchSize(input.TrainUsers.Length);
            trainer = trainer with { BatchSize = batch, LearningRate = trainer.LearningRate * Scale(batch) };
        }

        return trainer.ValidateEvery is null
            ? trainer with
            {
                ValidateEvery = ValidateEvery(options with { Trainer = trainer }, input),
            }
            : trainer;
    }

    /// <summary>The multiple of <see cref="BaseBatch"/> that brings an epoch nearest to <see cref="Steps"/> steps.</summary>
    public static int BatchSize(long interactions)
    {
        double portions = Math.Round((double)interactions / (Steps * BaseBatch));
        return BaseBatch * (int)Math.Clamp(portions, 1, LargestBatch / BaseBatch);
    }

    /// <summary>What the step size is multiplied by: the square root of the batch's growth, up to <see cref="LargestScale"/>.</summary>
    public static double Scale(int batch) => Math.Min(LargestScale, Math.Sqrt((double)batch / BaseBatch));

    private static int ValidateEvery(TrainOptions options, TrainingInput input)
    {
        long users = input.ValidUsers.Distinct().LongCount();
        var plan = TrainingMemory.Plan(
            options,
            input.UserCount,
            input.ItemCount,
            input.TrainUsers.Length,
            ModalitySelection.Widths(options.Model, input)
        );
        return ValidateEvery(plan, users, options.Trainer.BatchSize!.Value);
    }

    /// <summary>Epochs between validations at which these cost a fifth of what training does.</summary>
    public static int ValidateEvery(MemoryPlan plan, long validUsers, int batch)
    {
        double steps = Math.Ceiling((double)plan.Interactions / batch);
        double epoch = steps * plan.StepWork;

        // Every item is scored for every user; the embeddings of all take a forward pass, a third of a step.
        double validation = ((double)validUsers * plan.Items * plan.Width) + (plan.StepWork / 3.0);
        return (int)Math.Clamp(Math.Ceiling(validation / (ValidationShare * epoch)), 1, LongestInterval);
    }
}
