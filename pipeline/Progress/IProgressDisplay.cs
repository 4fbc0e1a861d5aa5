using CranePipeline.Tables;

namespace CranePipeline.Progress;

/// <summary>
/// Shows a person what is going on. Every member may be called from any thread. <see cref="IProgress{T}.Report"/> shows how far
/// the stage that was started last has come, and costs almost nothing when called often.
/// </summary>
internal interface IProgressDisplay : IProgress<WorkProgress>, IDisposable
{
    /// <summary>A stage begins.</summary>
    /// <param name="stage">Its name, with the seed where there are several: "train" or "train (seed 9)".</param>
    void StageStarted(string stage);

    /// <summary>A stage ended; one that was fresh need not have been started.</summary>
    /// <param name="stage">The name it was started with.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="detail">What came out in a few words, or null.</param>
    void StageEnded(string stage, StageState state, string? detail = null);

    /// <summary>Tells something worth knowing.</summary>
    void Info(string message);

    /// <summary>Tells something that may be wrong.</summary>
    void Warning(string message);

    /// <summary>Tells something that only <c>-Verbose</c> shows.</summary>
    void Verbose(string message);
}
