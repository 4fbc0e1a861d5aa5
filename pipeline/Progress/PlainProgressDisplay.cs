using CranePipeline.Tables;

namespace CranePipeline.Progress;

/// <summary>
/// Progress as lines, for files and pipes: one where a stage begins and one where it ends, and between them at most one every few
/// seconds an activity. An activity that is over before the first of these says nothing.
/// </summary>
internal sealed class PlainProgressDisplay(TextWriter output, bool isVerbose, TimeProvider time) : IProgressDisplay
{
    private const int NameWidth = 11;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private StageProgress? _current;
    private long _lastLine;
    private bool _hasSpoken;

    /// <inheritdoc/>
    public void StageStarted(string stage)
    {
        lock (_lock)
        {
            _current = new StageProgress(stage, time);
            Line(stage, "started");
        }
    }

    /// <inheritdoc/>
    public void StageEnded(string stage, StageState state, string? detail = null)
    {
        lock (_lock)
        {
            var elapsed = _current?.Stage == stage ? _current.Elapsed : (TimeSpan?)null;
            _current = null;
            Line(stage, StageProgress.Ending(state, elapsed, detail));
        }
    }

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        lock (_lock)
        {
            if (_current is null)
            {
                return;
            }
            if (_current.Add(value))
            {
                _lastLine = time.GetTimestamp();
                _hasSpoken = false;
            }
            var isLast = value.Total > 0 && value.Done >= value.Total;
            if (time.GetElapsedTime(_lastLine) >= Interval || (isLast && _hasSpoken))
            {
                Line(_current.Stage, $"{value.Activity}: {_current.Describe()}");
                _lastLine = time.GetTimestamp();
                _hasSpoken = !isLast;
            }
        }
    }

    /// <inheritdoc/>
    public void Info(string message) => Log(message);

    /// <inheritdoc/>
    public void Warning(string message) => Log(message, ConsoleLevel.Warning);

    /// <inheritdoc/>
    public void Verbose(string message)
    {
        if (isVerbose)
        {
            Log(message, ConsoleLevel.Verbose);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _current = null;
            output.Flush();
        }
    }

    private void Log(string message, ConsoleLevel level = ConsoleLevel.Info)
    {
        lock (_lock)
        {
            output.WriteLine(ConsoleLine.Of(level, message, time.GetUtcNow()));
        }
    }

    private void Line(string stage, string text) =>
        output.WriteLine(ConsoleLine.Of(ConsoleLevel.Info, $"{stage.PadRight(NameWidth)} {text}", time.GetUtcNow()));
}
