using CranePipeline.Progress;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Progress;

public sealed class PlainProgressDisplayTests
{
    private readonly ManualTime _time = new();

    private static string[] Lines(StringWriter output) =>
        [
            .. output
                .ToString()
                .Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
                .Select(line =>
                {
                    Assert.That(line, Does.Match("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ (info|warning|verbose): "));
                    return line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]
                        .Replace("info: ", "", StringComparison.Ordinal)
                        .Replace("verbose: ", "", StringComparison.Ordinal);
                }),
        ];

    [Test]
    public void A_line_where_a_stage_begins_and_ends_and_one_every_five_seconds_between()
    {
        using var output = new StringWriter();
        using var display = new PlainProgressDisplay(output, isVerbose: false, _time);
        display.StageStarted("ingest");
        for (var i = 0; i <= 120; i++)
        {
            display.Report(new WorkProgress("reading a.json.gz", "rows", i * 1000, 120_000));
            _time.Advance(0.1);
        }
        display.StageEnded("ingest", StageState.Built, "3,390 interactions");
        display.StageEnded("split", StageState.Fresh);
        Assert.That(
            Lines(output),
            Is.EqualTo(
                new[]
                {
                    "ingest      started",
                    "ingest      reading a.json.gz: 50,000 of 120,000 rows (41 %), 10,000 rows/s, 7 s left",
                    "ingest      reading a.json.gz: 100,000 of 120,000 rows (83 %), 10,000 rows/s, 2 s left",
                    "ingest      reading a.json.gz: 120,000 of 120,000 rows (100 %), 10,000 rows/s",
                    "ingest      built in 12.1 s: 3,390 interactions",
                    "split       fresh",
                }
            )
        );
    }

    [Test]
    public void Short_activities_say_nothing()
    {
        using var output = new StringWriter();
        using var display = new PlainProgressDisplay(output, isVerbose: false, _time);
        display.Report(new WorkProgress("before any stage", "rows", 1, 2));
        display.StageStarted("split");
        foreach (var activity in new[] { "sorting", "cutting", "writing" })
        {
            display.Report(new WorkProgress(activity, "rows", 0, 10));
            _time.Advance(4.9);
            display.Report(new WorkProgress(activity, "rows", 10, 10));
        }
        display.StageEnded("split", StageState.Failed);
        Assert.That(Lines(output), Is.EqualTo(new[] { "split       started", "split       failed after 14.7 s" }));
    }

    [Test]
    public void The_log_is_lines_too_and_verbose_ones_only_when_asked()
    {
        using var output = new StringWriter();
        using (var display = new PlainProgressDisplay(output, isVerbose: false, _time))
        {
            display.Info("one");
            display.Warning("two [not markup]");
            display.Verbose("three");
        }
        Assert.That(Lines(output), Is.EqualTo(new[] { "one", "warning: two [not markup]" }));
        using var more = new StringWriter();
        using var verbose = new PlainProgressDisplay(more, isVerbose: true, _time);
        verbose.Verbose("three");
        Assert.That(Lines(more), Is.EqualTo(new[] { "three" }));
    }
}
