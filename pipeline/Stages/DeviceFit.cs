using CranePipeline.Tables;
using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Stages;

/// <summary>Tells before a run that it will not fit the device, rather than in the middle of it.</summary>
internal static class DeviceFit
{
    /// <summary>Compares what a run needs with what the device has free.</summary>
    /// <exception cref="InputException">It is too little.</exception>
    public static void Check(IEngine engine, TrainOptions options, TrainingInput input)
    {
        if (engine is not IDeviceMemory { AvailableBytes: { } available })
        {
            return;
        }

        // Features that do not fit in float32 are kept in host memory, and then one block of them is on the device.
        var plan = TrainingMemory.Of(options, input);
        long least = plan.TotalBytes - plan.FeatureBytes + Math.Min(plan.FeatureBytes, TrainingMemory.FeatureBlockBytes);
        if (least > available)
        {
            throw new InputException(
                FormattableString.Invariant(
                    $"device '{engine.Name}' has {available / 1e9:F1} GB free and this run needs about {least / 1e9:F1} GB: reduce train.embeddingSize or train.batchSize, or use -Device cpu"
                )
            );
        }
    }
}
