namespace CranePipeline.Progress;

/// <summary>How training went.</summary>
/// <param name="Epochs">Epochs run.</param>
/// <param name="BestEpoch">The epoch that was kept.</param>
/// <param name="EpochSeconds">Median seconds of an epoch, without validation.</param>
/// <param name="ValidSeconds">Median seconds of a validation.</param>
/// <param name="PeakMemoryMB">Most memory that the process held during the run, in megabytes (10⁶ bytes).</param>
internal sealed record TrainSummary(
    double Epochs,
    double BestEpoch,
    double EpochSeconds,
    double ValidSeconds,
    double PeakMemoryMB
);
