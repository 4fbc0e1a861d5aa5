namespace CranePipeline.Training;

/// <summary>
/// The memory of a training run on an engine that keeps every value of a step for the way back, as libraries with automatic
/// differentiation do: what a GPU must hold.
/// </summary>
/// <param name="Buffers">Each buffer and its bytes.</param>
/// <param name="FeatureBytes">The raw features' share.</param>
/// <param name="LeastBytes">
/// What a run on the managed engine holds at the least: the features in host memory and as the engine keeps them, parameters, gradients,
/// moments, graphs, and the layers' values.
/// </param>
public sealed record TrainingMemory(IReadOnlyList<TrainingMemory.Buffer> Buffers, long FeatureBytes, long LeastBytes)
{
    /// <summary>Bytes of the block of features that is on the device where the rest is not.</summary>
    public const long FeatureBlockBytes = 16L << 20;

    /// <summary>All buffers together.</summary>
    public long TotalBytes => Buffers.Sum(static buffer => buffer.Bytes);

    /// <summary>The plan of a run.</summary>
    public static TrainingMemory Of(TrainOptions options, TrainingInput input)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(input);
        return Of(
            options,
            input.UserCount,
            input.ItemCount,
            input.TrainUsers.Length,
            ModalitySelection.Widths(options.Model, input)
        );
    }

    /// <summary>The plan of a run of given sizes.</summary>
    /// <param name="options">The model and how it is trained.</param>
    /// <param name="users">Number of users.</param>
    /// <param name="items">Number of items.</param>
    /// <param name="interactions">Number of training interactions.</param>
    /// <param name="widths">Width of each modality's features; empty for a model that reads none.</param>
    public static TrainingMemory Of(TrainOptions options, long users, long items, long interactions, IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(widths);
        MemoryPlan plan = Plan(options, users, items, interactions, widths);
        return new TrainingMemory([.. plan.Buffers.Where(static buffer => buffer.Bytes > 0)], plan.FeatureBytes, plan.LeastBytes);
    }

    internal static MemoryPlan Plan(TrainOptions options, long users, long items, long interactions, IReadOnlyList<int> widths)
    {
        int batch = options.Trainer.BatchSize ?? AutoSchedule.BatchSize(interactions);
        var plan = new MemoryPlan(users, items, interactions, widths, batch);
        options.Model.PlanMemory(plan);
        return plan;
    }

    /// <summary>One buffer.</summary>
    public sealed record Buffer(string Name, long Bytes);
}
