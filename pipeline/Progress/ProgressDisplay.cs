using Spectre.Console;

namespace CranePipeline.Progress;

/// <summary>Chooses the display that fits where standard error goes. Standard output is never written to.</summary>
internal static class ProgressDisplay
{
    /// <summary>The display for this process: a bar where standard error is a terminal, lines where it is a file or a pipe.</summary>
    public static IProgressDisplay ForStandardError(bool isVerbose)
    {
        var isTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb";
        if (!isTerminal)
        {
            return new PlainProgressDisplay(Console.Error, isVerbose, TimeProvider.System);
        }
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi
            ? new BarProgressDisplay(console, isVerbose, TimeProvider.System)
            : new PlainProgressDisplay(Console.Error, isVerbose, TimeProvider.System);
    }
}
