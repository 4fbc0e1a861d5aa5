using CranePipeline.Progress;
using CranePipeline.Tables;
using NUnit.Framework;
using Spectre.Console;

namespace CranePipeline.Pipeline.Tests.Progress;

public sealed class BarProgressDisplayTests
{
    private readonly ManualTime _time = new();

    private static IAnsiConsole Console(TextWriter output)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                Interactive = InteractionSupport.Yes,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(output),
            }
        );
        console.Profile.Width = 120;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    [Test]
    public void A_bar_shows_activity_rate_and_time_left_and_leaves_a_line_behind()
    {
        using var output = new StringWriter();
        using var display = new BarProgressDisplay(Console(output), isVerbose: false, _time);
        display.StageStarted("train");
        display.Report(new WorkProgress("training", "epochs", 0, 100));
        _time.Advance(10);
        display.Report(new WorkProgress("training", "epochs", 20, 100));
        // Writing anything makes the console draw the bar again below it, so nothing has to be waited for.
        display.Info("a message [in brackets]");
        Assert.That(output.ToString(), Does.Contain("a message [in brackets]"));
        Assert.That(output.ToString(), Does.Contain("20 of 100 epochs (20 %), 2.0 epochs/s, 40 s left · training"));
        display.StageEnded("train", StageState.Built, "best epoch 17");
        Assert.That(output.ToString(), Does.Contain("✓ train       built in 10.0 s: best epoch 17"));
        display.StageEnded("report", StageState.Fresh);
        Assert.That(output.ToString().TrimEnd(), Does.EndWith("· report      fresh"));
    }

    [Test]
    public void Unknown_totals_odd_texts_and_stages_left_open_are_no_trouble()
    {
        using var output = new StringWriter();
        using (var display = new BarProgressDisplay(Console(output), isVerbose: true, _time))
        {
            display.Report(new WorkProgress("nothing runs", "rows", 1, 1));
            display.StageStarted("ingest");
            display.Report(new WorkProgress("reading [x].json", "rows", 5, 0));
            display.Report(new WorkProgress("", "rows", 7, 7));
            display.Report(new WorkProgress("next", "bytes", 1, 3));
            display.Verbose("[detail]");
            display.StageStarted("split");
            display.Warning("odd");
        }
        Assert.That(output.ToString(), Does.Contain("[detail]").And.Contain("warning: odd"));
        // The cursor that a live display hides is shown again.
        Assert.That(
            output.ToString().LastIndexOf("\u001b[?25h", StringComparison.Ordinal),
            Is.GreaterThan(output.ToString().LastIndexOf("\u001b[?25l", StringComparison.Ordinal))
        );
    }
}
