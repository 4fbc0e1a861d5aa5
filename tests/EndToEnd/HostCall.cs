using CranePipeline.CommandLine;
using CranePipeline.Operations;
using CranePipeline.Progress;
using CranePipeline.Stages;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>A command line carried out in this process, where starting the program each time would take most of a test's time.</summary>
/// <param name="ExitCode">What the program would end with.</param>
/// <param name="Error">The line it would say; null where nothing went wrong.</param>
/// <param name="Shown">What it printed, progress included.</param>
internal sealed record HostCall(int ExitCode, string? Error, string Shown)
{
    public static HostCall Of(params string[] arguments)
    {
        using var shown = new StringWriter();
        using var display = new PlainProgressDisplay(shown, false, TimeProvider.System);
        using StopRequest stop = StopRequest.Listen();
        TextWriter console = Console.Out;
        Console.SetOut(shown);
        try
        {
            CommandLineOptions options = CommandLineParser.Parse(arguments, StageCatalog.Descriptions);
            using PipelineRun run = PipelineRun.Open(options, display, new RunObservers([]), stop);
            return new HostCall(run.Execute(), null, shown.ToString());
        }
        catch (Exception problem)
        {
            ErrorReport report = ErrorReport.Of(problem, stop.ExitCode);
            return new HostCall(report.ExitCode, report.Message, shown.ToString());
        }
        finally
        {
            Console.SetOut(console);
        }
    }
}
