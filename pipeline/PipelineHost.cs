using CranePipeline.CommandLine;
using CranePipeline.Operations;
using CranePipeline.Progress;
using CranePipeline.Stages;

namespace CranePipeline;

/// <summary>Runs a command line from its arguments to its exit code (<see cref="ExitCodes"/>).</summary>
internal static class PipelineHost
{
    /// <summary>Runs the program.</summary>
    public static int Run(string[] arguments)
    {
        StandardStreams streams = StandardStreams.Guard();
        using StopRequest stop = StopRequest.Listen();
        var ending = new RunEnding(arguments, stop, streams);
        stop.Overdue = () => Environment.Exit(ending.Fail(new OperationCanceledException()));
        AppDomain.CurrentDomain.UnhandledException += (_, fault) =>
            Environment.Exit(ending.Fail((Exception)fault.ExceptionObject));
        try
        {
            return Run(arguments, ending, stop, streams);
        }
        catch (Exception problem)
        {
            return ending.Fail(problem);
        }
    }

    private static int Run(string[] arguments, RunEnding ending, StopRequest stop, StandardStreams streams)
    {
        CommandLineOptions options = CommandLineParser.Parse(arguments, StageCatalog.Descriptions);
        ending.Options = options;
        if (options.Help)
        {
            streams.Output.Write(HelpText.For(StageCatalog.Descriptions));
            return ending.Succeed();
        }

        if (options.Version)
        {
            streams.Output.WriteLine(HelpText.Version);
            return ending.Succeed();
        }

        if (options.Notify is { } address)
        {
            Notification.Address(address);
        }

        IProgressDisplay console = ProgressDisplay.ForStandardError(options.Verbose);
        ending.Display = console;
        RunObservers observers = Observers(arguments, ending, console);
        using var display = new ObservedProgressDisplay(console, observers);
        if (options.MaxMinutes is { } minutes)
        {
            stop.PauseAfter(TimeSpan.FromMinutes(minutes));
        }

        using PipelineRun run = PipelineRun.Open(options, display, observers, stop);
        ending.Run = run;
        return ending.Succeed(run.Execute());
    }

    private static RunObservers Observers(string[] arguments, RunEnding ending, IProgressDisplay console)
    {
        CommandLineOptions options = ending.Options;
        if (options.Log is { } folder)
        {
            ending.Log = new RunLog(folder, options.LogLevel, TimeProvider.System, console.Warning);
            ending.Log.Write(
                ConsoleLevel.Info,
                "run.start",
                ("version", HelpText.Version),
                ("process", Environment.ProcessId),
                ("host", Environment.MachineName),
                ("arguments", arguments)
            );
        }

        ending.Telemetry = Telemetry.Start(string.Join(',', options.Stages));
        return new RunObservers([.. ((IRunObserver?[])[ending.Log, ending.Telemetry]).OfType<IRunObserver>()]);
    }
}
