using System.Globalization;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Stages;

/// <summary>Tells before a run that it will not fit the device or the machine, rather than in the middle of it.</summary>
internal static class DeviceFit
{
    /// <summary>Compares what a run needs with what the device has free.</summary>
    /// <exception cref="InputException">It is too little.</exception>
    public static void Check(IEngine engine, TrainOptions options, TrainingInput input)
    {
        if (engine is not IDeviceMemory device)
        {
            // What a container or the machine gives this process; a limit on the collector's heap says nothing of the engine's memory.
            if (AppContext.GetData("GCHeapHardLimit") is null)
            {
                CheckHost(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, options, input);
            }

            return;
        }

        if (device.AvailableBytes is not { } available)
        {
            return;
        }

        // Features that do not fit in float32 are kept in host memory, and then one block of them is on the device.
        var plan = TrainingMemory.Of(options, input);
        long least = plan.TotalBytes - plan.FeatureBytes + Math.Min(plan.FeatureBytes, TrainingMemory.FeatureBlockBytes);
        if (least > available)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"device '{engine.Name}' has {available / 1e9:F1} GB free and this run needs about "
                        + $"{least / 1e9:F1} GB: reduce train.embeddingSize or train.batchSize, or use -Device cpu"
                )
            );
        }
    }

    /// <summary>
    /// Compares the least that a run on the managed engine must hold with what the process may have: no estimate that could refuse a run
    /// which would have fitted.
    /// </summary>
    /// <exception cref="InputException">It is too little.</exception>
    internal static void CheckHost(long available, TrainOptions options, TrainingInput input)
    {
        long least = TrainingMemory.Of(options, input).LeastBytes;
        if (least > available)
        {
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"this run needs at least {least / 1e9:F2} GB and the machine gives {available / 1e9:F2} GB: reduce "
                        + $"train.embeddingSize, narrow the features (modalities.NAME.reduce), hold them at "
                        + $"half width (train.featurePrecision float16, model crane), or take a larger machine"
                )
            );
        }
    }
}
