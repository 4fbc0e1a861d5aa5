using System.Diagnostics;
using System.Text.Json.Nodes;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Sweeps and searches through the real program.</summary>
public sealed class SweepTests
{
    [Test]
    public void A_sweep_that_is_killed_goes_on_and_the_report_shows_it()
    {
        using var workspace = new Workspace();
        string[] arguments = workspace.Small("sweep", "-Sweep", "ablations", "-Json");
        // Two of the seven are the same run, so that the second to be made is the third.
        KillAfter(workspace, arguments, "run 3 of");
        string[] kept = Evaluated(workspace);
        Assert.That(kept, Is.Not.Empty);

        Outcome outcome = workspace.Run(arguments);
        Outcome again = workspace.Run(arguments);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        JsonNode[] runs = [.. outcome.Json()["runs"]!.AsArray().Select(run => run!)];
        Assert.Multiple(() =>
        {
            Assert.That((int)outcome.Json()["planned"]!, Is.EqualTo(7));
            Assert.That(runs.Select(run => (double)run["metrics"]!["recall@20"]!), Is.All.Positive);
            Assert.That(
                runs.Where(run => kept.Contains((string)run["key"]!)).Select(run => (string)run["state"]!),
                Is.All.EqualTo("fresh")
            );
            Assert.That(runs.Select(run => (string)run["state"]!), Has.Some.EqualTo("built"));
            Assert.That(
                again.Json()["runs"]!.AsArray().Select(run => (string)run!["state"]!),
                Is.All.EqualTo("fresh"),
                again.Error
            );
        });
        string report = File.ReadAllText((string)outcome.Json()["report"]!);
        Assert.That(report, Does.Contain("without item graph").And.Contain("sample: CRANE and its variants"));
    }

    [Test]
    public void A_grid_runs_every_combination()
    {
        using var workspace = new Workspace();
        workspace.CopyConf();
        File.WriteAllText(
            Path.Combine(workspace.Conf, "sweeps", "small.yaml"),
            "name: small\ntitle: Small grid\ngrid:\n  train:\n    rounds: [1, 2]\n    neighbours: [3, 5]\n"
        );

        Outcome outcome = workspace.Run(workspace.Small("sweep", "-Sweep", "small"));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(
            outcome.Output,
            Does.Contain("train.rounds 1, train.neighbours 3").And.Contain("train.rounds 2, train.neighbours 5")
        );
        string table = File.ReadAllText(
            Directory
                .GetFiles(Path.Combine(workspace.Store, "sample", "report"), "table.md", SearchOption.AllDirectories)
                .Single()
        );
        Assert.That(table, Does.Contain("Small grid"));
        // Points of a grid are no models of their own.
        Assert.That(table, Does.Not.Contain("CRANE, neighbours"));
    }

    [TestCase("nosuch", "there are ablations")]
    [TestCase("broken", "broken.yaml:3")]
    public void A_sweep_that_is_not_right_is_told(string sweep, string message)
    {
        using var workspace = new Workspace();
        workspace.CopyConf();
        File.WriteAllText(Path.Combine(workspace.Conf, "sweeps", "broken.yaml"), "name: broken\ngrid:\n  train: 3\n");

        Outcome outcome = workspace.Run(workspace.Small("sweep", "-Sweep", sweep));

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain(message));
    }

    [Test]
    public void A_search_ranks_the_grid_on_the_validation_part()
    {
        using var workspace = new Workspace();
        string[] arguments = workspace.Small("search", "-Set", "search.rounds=[1, 2]", "-Set", "search.neighbours=[3, 5]");

        Outcome nothing = workspace.Run(workspace.Small("search"));
        Outcome outcome = workspace.Run([.. arguments, "-Json"]);
        Outcome shown = workspace.Run(arguments);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        JsonNode[] trials = [.. outcome.Json()["trials"]!.AsArray().Select(trial => trial!)];
        double best = (double)outcome.Json()["best"]!["recall20"]!;
        Assert.Multiple(() =>
        {
            Assert.That(trials, Has.Length.EqualTo(4));
            Assert.That(best, Is.Positive.And.EqualTo(trials.Max(trial => (double)trial["recall20"]!)));
            Assert.That(shown.Output, Does.Contain("-Set train.").And.Contain("trials.md"));
            Assert.That(Directory.Exists(Path.Combine(workspace.Store, "sample", "evaluate")), Is.False);
            Assert.That(nothing.ExitCode, Is.EqualTo(1));
            Assert.That(nothing.Error, Does.Contain("nothing to search").And.Not.Contain("built"));
        });
        Assert.That(
            File.ReadAllText(Path.Combine(workspace.ArtifactOf("search"), "trials.md")),
            Does.Contain("| rounds | neighbours | recall@20 |").Or.Contain("| neighbours | rounds | recall@20 |")
        );
    }

    [Test]
    public void A_killed_search_goes_on_from_its_finished_trials()
    {
        using var undisturbed = new Workspace();
        using var killed = new Workspace();
        string[] lists = ["-Set", "search.rounds=[1, 2]", "-Set", "search.neighbours=[3, 5]"];
        string[] three = ["-Set", "searchTrials=3", "-Set", "searchMethod=coordinate"];
        string[] Search(Workspace workspace) => workspace.Small("search", [.. lists, .. three]);
        Outcome whole = undisturbed.Run(Search(undisturbed));

        KillAfter(killed, Search(killed), "trial 1 of");
        string resume = Path.Combine(killed.Store, ".resume");
        string[] checkpoints = Directory.GetFiles(resume, "checkpoint.bin", SearchOption.AllDirectories);
        Outcome resumed = killed.Run(Search(killed));

        Assert.That(whole.ExitCode, Is.Zero, whole.Error);
        Assert.That(checkpoints, Has.Some.Contains("trial-0000"));
        Assert.That(resumed.ExitCode, Is.Zero, resumed.Error);
        Assert.That(killed.ArtifactFiles(), Is.EqualTo(undisturbed.ArtifactFiles()));
        Assert.That(Directory.Exists(resume) ? Directory.GetDirectories(resume) : [], Is.Empty);
    }

    private static string[] Evaluated(Workspace workspace)
    {
        string folder = Path.Combine(workspace.Store, "sample", "evaluate");
        return Directory.Exists(folder) ? [.. Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!)] : [];
    }

    private static void KillAfter(Workspace workspace, string[] arguments, string shown)
    {
        using Process process = workspace.Start(arguments);
        _ = process.StandardOutput.ReadToEndAsync();
        while (process.StandardError.ReadLine() is { } line && !line.Contains(shown, StringComparison.Ordinal)) { }
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }
}
