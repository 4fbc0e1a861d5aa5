using CranePipeline.Operations;
using CranePipeline.Tables;

namespace CranePipeline.Progress;

/// <summary>A display whose messages observers hear as well.</summary>
internal sealed class ObservedProgressDisplay(IProgressDisplay inner, IRunObserver observer) : IProgressDisplay
{
    public void StageStarted(string stage) => inner.StageStarted(stage);

    public void StageEnded(string stage, StageState state, string? detail = null) => inner.StageEnded(stage, state, detail);

    public void Report(WorkProgress value) => inner.Report(value);

    public void Info(string message)
    {
        inner.Info(message);
        observer.Message(ConsoleLevel.Info, message);
    }

    public void Warning(string message)
    {
        inner.Warning(message);
        observer.Message(ConsoleLevel.Warning, message);
    }

    public void Verbose(string message)
    {
        inner.Verbose(message);
        observer.Message(ConsoleLevel.Verbose, message);
    }

    public void Dispose() => inner.Dispose();
}
