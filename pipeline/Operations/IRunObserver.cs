using CranePipeline.Progress;
using CranePipeline.Stages;

namespace CranePipeline.Operations;

/// <summary>Is told what happens in a run: a log, telemetry. Every member may be called from any thread, and none of them throws.</summary>
internal interface IRunObserver
{
    /// <summary>A stage begins to make an artifact.</summary>
    void StageStarted(Node node, string key);

    /// <summary>A stage ended.</summary>
    /// <param name="result">How.</param>
    /// <param name="summary">What came out in a few words, or null.</param>
    void StageEnded(NodeResult result, string? summary);

    /// <summary>An epoch of training ended.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="seed">Its seed.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="seconds">How long it took.</param>
    /// <param name="numbers">Losses and metrics by name.</param>
    void EpochEnded(string stage, long seed, int epoch, double seconds, IReadOnlyDictionary<string, double> numbers);

    /// <summary>A line for a person was written.</summary>
    void Message(ConsoleLevel level, string text);
}

/// <summary>Several observers as one.</summary>
internal sealed class RunObservers(IReadOnlyList<IRunObserver> all) : IRunObserver
{
    public void StageStarted(Node node, string key) => Each(observer => observer.StageStarted(node, key));

    public void StageEnded(NodeResult result, string? summary) => Each(observer => observer.StageEnded(result, summary));

    public void EpochEnded(string stage, long seed, int epoch, double seconds, IReadOnlyDictionary<string, double> numbers) =>
        Each(observer => observer.EpochEnded(stage, seed, epoch, seconds, numbers));

    public void Message(ConsoleLevel level, string text) => Each(observer => observer.Message(level, text));

    private void Each(Action<IRunObserver> tell)
    {
        foreach (IRunObserver observer in all)
        {
            tell(observer);
        }
    }
}
