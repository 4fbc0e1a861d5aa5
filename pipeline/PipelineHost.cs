using System.Runtime.InteropServices;
using CranePipeline.CommandLine;
using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Tables;

namespace CranePipeline;

/// <summary>Runs a command line from its arguments to its exit code: 0 done, 1 bad input, 2 wrong usage, 130 interrupted.</summary>
internal static class PipelineHost
{
    private const int Done = 0;
    private const int BadInput = 1;
    private const int WrongUsage = 2;
    private const int Interrupted = 130;

    /// <summary>Runs the program.</summary>
    public static int Run(string[] arguments)
    {
        CommandLineOptions options;
        try
        {
            options = CommandLineParser.Parse(arguments, StageCatalog.Descriptions);
        }
        catch (Exception problem) when (problem is UsageException or InputException)
        {
            Console.Error.WriteLine($"error: {problem.Message}");
            return WrongUsage;
        }

        if (options.Help)
        {
            Console.Out.Write(HelpText.For(StageCatalog.Descriptions));
            return Done;
        }

        if (options.Version)
        {
            Console.Out.WriteLine(HelpText.Version);
            return Done;
        }

        using var interrupt = new CancellationTokenSource();
        ConsoleCancelEventHandler onInterrupt = (_, press) =>
        {
            // The first press stops in good order; a second one is left to end the process at once.
            press.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        };
        Console.CancelKeyPress += onInterrupt;
        try
        {
            return Run(options, interrupt.Token);
        }
        finally
        {
            Console.CancelKeyPress -= onInterrupt;
        }
    }

    private static int Run(CommandLineOptions options, CancellationToken cancellation)
    {
        string? error = null;
        int exitCode = Done;
        PipelineRun? run = null;
        using (IProgressDisplay display = ProgressDisplay.ForStandardError(options.Verbose))
        {
            try
            {
                run = PipelineRun.Open(options, display, cancellation);
                run.Execute();
            }
            catch (Exception problem) when (Explain(problem) is { } message)
            {
                display.Dispose();
                error = message;
                exitCode = problem is OperationCanceledException ? Interrupted : BadInput;
                Console.Error.WriteLine(options.Debug ? $"error: {message}\n{problem}" : $"error: {message}");
            }
        }

        if (options.Json && run is { IsPlain: true })
        {
            Console.Out.WriteLine(JsonSummary.Write(run.Summarize(error)));
        }
        else if (options.Json && error is not null)
        {
            Console.Out.WriteLine(JsonSummary.Write(new RunSummary { Dataset = options.Dataset, Error = error }));
        }

        return exitCode;
    }

    /// <summary>The one line for a problem that has its cause outside the program; null for a fault of the program itself.</summary>
    private static string? Explain(Exception problem) =>
        problem switch
        {
            InputException => problem.Message,
            OperationCanceledException => "interrupted; what was finished is kept, and the same command goes on from there",
            IOException or UnauthorizedAccessException => problem.Message.ReplaceLineEndings(" "),
            AggregateException { InnerException: { } inner } => Explain(inner),
            ExternalException when problem.Message.Contains("out of memory", StringComparison.Ordinal) =>
                "the device's memory is full; reduce train.batchSize or train.embeddingSize, or use -Device cpu",
            OutOfMemoryException => "out of memory; reduce the features (modalities.NAME.reduce), or use a machine with more",
            _ => null,
        };
}
