using System.Text.Json.Nodes;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Which runs of a store a report shows.</summary>
public sealed class ReportTests
{
    private Workspace workspace = null!;

    [SetUp]
    public void Open() => workspace = new Workspace();

    [TearDown]
    public void Close() => workspace.Dispose();

    [TestCase("ingest.minUserInteractions=6")]
    [TestCase("modalities.textual.dimension=16")]
    public void Runs_on_other_data_or_features_do_not_stand_in_for_those_of_the_current_settings(string other)
    {
        string[] arguments = workspace.Small("all", "-Json");
        Outcome first = workspace.Run(arguments);
        string table = Table(first);

        Outcome changed = workspace.Run([.. arguments, "-Set", other]);
        Outcome again = workspace.Run(arguments);
        Outcome forced = workspace.Run(workspace.Small("report", "-Json", "-Force"));

        Assert.That(first.ExitCode, Is.Zero, first.Error);
        Assert.Multiple(() =>
        {
            Assert.That(Table(changed), Is.Not.EqualTo(table));
            Assert.That(again.States().Values, Is.All.EqualTo("fresh"), "nothing that it shows has changed");
            Assert.That(Table(again), Is.EqualTo(table));
            Assert.That(forced.ExitCode, Is.Zero, forced.Error);
            Assert.That(Table(forced), Is.EqualTo(table));
        });
    }

    [Test]
    public void A_sweep_over_features_shows_all_its_points_and_none_as_the_current_model()
    {
        workspace.CopyConf();
        File.WriteAllText(
            Path.Combine(workspace.Conf, "sweeps", "widths.yaml"),
            "name: widths\ntitle: Widths of texts\ngrid:\n  modalities:\n    textual:\n      dimension: [16, 24]\n"
        );
        string[] arguments = workspace.Small("sweep", "-Sweep", "widths");

        Outcome foretold = workspace.Run([.. arguments, "-DryRun"]);
        Outcome swept = workspace.Run([.. arguments, "-Json"]);
        Outcome own = workspace.Run(workspace.Small("evaluate,report", "-Json"));

        Assert.That(foretold.ExitCode, Is.Zero, foretold.Error);
        Assert.That(foretold.Output, Does.Contain("2 to do"), "before there are raw files");
        Assert.That(swept.ExitCode, Is.Zero, swept.Error);
        string table = Table(own);
        string current = ((double)own.Json()["metrics"]!["recall@20"]!).ToString(
            "F4",
            System.Globalization.CultureInfo.InvariantCulture
        );
        Assert.Multiple(() =>
        {
            Assert.That(own.States()["report"], Is.EqualTo("fresh"), "the sweep's own report is that of the settings");
            Assert.That(table, Does.Contain("Widths of texts").And.Match(@"\| 16 \|").And.Match(@"\| 24 \|"));
            foreach (JsonNode? run in swept.Json()["runs"]!.AsArray())
            {
                double recall = (double)run!["metrics"]!["recall@20"]!;
                Assert.That(table, Does.Contain(recall.ToString("F4", System.Globalization.CultureInfo.InvariantCulture)));
            }
            Assert.That(table, Does.Match($@"\| \**CRANE\**[^\n]*{current}"));
        });
    }

    private string Table(Outcome outcome)
    {
        string key = (string)outcome.Json()["stages"]!.AsArray().Single(stage => (string)stage!["stage"]! == "report")!["key"]!;
        return File.ReadAllText(Path.Combine(workspace.Store, "sample", "report", key, "table.md"));
    }
}
