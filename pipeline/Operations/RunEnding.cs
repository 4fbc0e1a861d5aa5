using CranePipeline.CommandLine;
using CranePipeline.Progress;

namespace CranePipeline.Operations;

/// <summary>
/// The last words of a run, said once, whoever ends it: the work itself, an exception on any thread, or a signal that the work does not
/// answer to.
/// </summary>
internal sealed class RunEnding(IReadOnlyList<string> arguments, StopRequest stop, StandardStreams streams)
{
    private readonly Lock sync = new();
    private readonly bool isJson = CommandLineParser.AsksForJson(arguments);
    private int? ended;

    /// <summary>The command line, once it is read.</summary>
    public CommandLineOptions Options { get; set; } = new();

    /// <summary>The run, once it is open.</summary>
    public PipelineRun? Run { get; set; }

    /// <summary>The display, once it is there; it is closed before the last line.</summary>
    public IProgressDisplay? Display { get; set; }

    /// <summary>The log, where there is one.</summary>
    public RunLog? Log { get; set; }

    /// <summary>Telemetry, where something asks for it.</summary>
    public Telemetry? Telemetry { get; set; }

    /// <summary>Ends a run that came to its end.</summary>
    public int Succeed(int exitCode = ExitCodes.Done) => End(exitCode, null);

    /// <summary>Ends a run by an exception.</summary>
    public int Fail(Exception problem)
    {
        ErrorReport report = ErrorReport.Of(problem, stop.ExitCode);
        if (!report.IsForeseen && stop.Now.IsCancellationRequested)
        {
            // What breaks while everything stops is no news.
            report = ErrorReport.Of(new OperationCanceledException(), stop.ExitCode);
        }

        return End(report.ExitCode, report, problem);
    }

    private int End(int exitCode, ErrorReport? report, Exception? problem = null)
    {
        lock (sync)
        {
            if (ended is { } code)
            {
                return code;
            }

            string? message = report?.Message;
            if (report is { IsForeseen: false } && problem is not null)
            {
                string? file = ErrorDetails.Write(problem, arguments, Options.Log, Run?.DetailsFolder);
                message += file is null ? string.Empty : $" (details in {file})";
            }

            Display?.Dispose();
            if (message is not null)
            {
                ConsoleLine.Write(streams.Error, ConsoleLevel.Error, message);
                if (Options.Debug && problem is not null)
                {
                    streams.Error.WriteLine(problem);
                }
            }

            string summary = Summary(exitCode, message);
            // A command has printed its own object, unless it failed.
            if (isJson && (message is not null || Run is { IsPlain: true }))
            {
                streams.Output.WriteLine(summary);
            }

            if (exitCode == ExitCodes.Done && streams.OutputLost is { } lost)
            {
                exitCode = ExitCodes.BadInput;
                ConsoleLine.Write(streams.Error, ConsoleLevel.Error, $"standard output cannot be written: {lost}");
            }

            Tell(exitCode, message, summary);
            ended = exitCode;
            return exitCode;
        }
    }

    private string Summary(int exitCode, string? error)
    {
        RunSummary summary = Run?.Summarize() ?? new RunSummary { Dataset = Options.Dataset };
        return JsonSummary.Write(summary with { Error = error, ExitCode = exitCode == ExitCodes.Done ? null : exitCode });
    }

    private void Tell(int exitCode, string? error, string summary)
    {
        Log?.Write(
            error is null ? ConsoleLevel.Info : ConsoleLevel.Error,
            "run.end",
            ("exitCode", exitCode),
            ("error", error),
            ("peakMemoryMB", RunLog.PeakMemory())
        );
        Log?.Dispose();
        bool isHurried = stop.Now.IsCancellationRequested;
        Telemetry?.Ended(exitCode, error);
        if (Options.Notify is { } address && Notification.Send(Notification.Address(address), summary, isHurried) is { } problem)
        {
            ConsoleLine.Write(streams.Error, ConsoleLevel.Warning, problem);
        }

        if (Telemetry is { } telemetry)
        {
            telemetry.IsHurried = isHurried;
            telemetry.Dispose();
        }
    }
}
