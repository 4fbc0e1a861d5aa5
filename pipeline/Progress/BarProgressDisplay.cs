using CranePipeline.Operations;
using CranePipeline.Tables;
using Spectre.Console;
using Spectre.Console.Rendering;
using SpectreProgress = Spectre.Console.Progress;

namespace CranePipeline.Progress;

/// <summary>
/// Progress on a terminal: a bar for the stage that is running, and above it, where it stays, a line for each that ended. Messages
/// are written through the same console, which moves the bar out of their way.
/// </summary>
internal sealed class BarProgressDisplay(IAnsiConsole console, bool isVerbose, TimeProvider time) : IProgressDisplay
{
    private const int NameWidth = 11;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private StageProgress? _current;
    private Bar? _bar;
    private long _lastUpdate;

    /// <inheritdoc/>
    public void StageStarted(string stage)
    {
        lock (_lock)
        {
            Close();
            _current = new StageProgress(stage, time);
            _bar = new Bar(console, stage);
        }
    }

    /// <inheritdoc/>
    public void StageEnded(string stage, StageState state, string? detail = null)
    {
        lock (_lock)
        {
            var elapsed = _current?.Stage == stage ? _current.Elapsed : (TimeSpan?)null;
            Close();
            var (mark, style) = state switch
            {
                StageState.Built => ("✓", "green"),
                StageState.Fresh => ("·", "grey"),
                _ => ("✗", "red"),
            };
            if (!console.Profile.Capabilities.Unicode)
            {
                mark = state == StageState.Failed ? "!" : "-";
            }
            var ending = StageProgress.Ending(state, elapsed, detail);
            console.MarkupLine($"[{style}]{mark}[/] {Markup.Escape(stage.PadRight(NameWidth))} {Plain(ending)}");
        }
    }

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        lock (_lock)
        {
            if (_current is null || _bar is null)
            {
                return;
            }
            // Every report counts for the rate, but no eye follows more than ten a second.
            if (_current.Add(value) || time.GetElapsedTime(_lastUpdate) >= Interval)
            {
                _lastUpdate = time.GetTimestamp();
                _bar.Update(value, $"{_current.Describe()} · {Printable.Escape(value.Activity)}");
            }
        }
    }

    /// <inheritdoc/>
    public void Info(string message) => Log(Plain(message));

    /// <inheritdoc/>
    public void Warning(string message) => Log($"[yellow]warning:[/] {Plain(message)}");

    /// <inheritdoc/>
    public void Verbose(string message)
    {
        if (isVerbose)
        {
            Log($"[grey]{Plain(message)}[/]");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            Close();
        }
    }

    private static string Plain(string message) => Markup.Escape(Printable.Escape(message, keepLines: true));

    private void Log(string markup)
    {
        lock (_lock)
        {
            console.MarkupLine(markup);
        }
    }

    private void Close()
    {
        _bar?.Close();
        _bar = null;
        _current = null;
    }

    /// <summary>One live bar. The library wants to own the thread of the work, so it is given one that only waits.</summary>
    private sealed class Bar
    {
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Task _display;
        private readonly ProgressContext _context;
        private readonly ProgressTask _task;

        public Bar(IAnsiConsole console, string stage)
        {
            var ready = new TaskCompletionSource<(ProgressContext, ProgressTask)>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            var progress = new SpectreProgress(console) { AutoClear = true, AutoRefresh = true };
            progress.Columns(
                new TextColumn(_ => stage.PadRight(NameWidth)),
                new ProgressBarColumn { Width = 24 },
                new TextColumn(task => task.Description)
            );
            _display = Task.Run(() =>
                progress.StartAsync(async context =>
                {
                    var task = context.AddTask("starting", maxValue: 1);
                    task.IsIndeterminate = true;
                    ready.SetResult((context, task));
                    await _over.Task.ConfigureAwait(false);
                })
            );
            (_context, _task) =
                Task.WhenAny(ready.Task, _display).GetAwaiter().GetResult() == ready.Task
                    ? ready.Task.Result
                    : throw new InvalidOperationException("the progress bar could not be started", _display.Exception);
        }

        public void Update(WorkProgress report, string text)
        {
            _task.Description = text;
            _task.IsIndeterminate = report.Total <= 0;
            if (report.Total > 0)
            {
                _task.MaxValue = report.Total;
                // A task at its maximum counts as finished for good, but the stage may go on to another activity.
                _task.Value = Math.Min(report.Done, report.Total * 0.9999);
            }
            _context.Refresh();
        }

        public void Close()
        {
            _over.TrySetResult();
            _display.GetAwaiter().GetResult();
        }
    }

    private sealed class TextColumn(Func<ProgressTask, string> text) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(text(task)) { Overflow = Overflow.Ellipsis };
    }
}
