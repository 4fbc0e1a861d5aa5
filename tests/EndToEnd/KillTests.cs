using System.Diagnostics;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>A killed run leaves a whole store, and the next one ends in the same bytes as a run that was left alone.</summary>
public sealed class KillTests
{
    // One epoch more than elsewhere, so that a kill can fall between checkpoints.
    private static readonly string[] Longer = ["-Set", "train.epochs=3"];

    private Workspace undisturbed = null!;
    private IReadOnlyDictionary<string, string> expected = null!;

    [OneTimeSetUp]
    public void RunUndisturbed()
    {
        undisturbed = new Workspace();
        Outcome outcome = undisturbed.Run(undisturbed.Small("all", Longer));
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        expected = undisturbed.ArtifactFiles();
    }

    [OneTimeTearDown]
    public void Clean() => undisturbed.Dispose();

    [TestCase("interactions.parquet")]
    [TestCase("train.parquet")]
    [TestCase("visual.parquet")]
    [TestCase("candidates.parquet")]
    [TestCase("checkpoint.bin")]
    [TestCase("user_embeddings.parquet")]
    [TestCase("recommendations.parquet")]
    [TestCase("manifest.json")]
    public void Killed_while_a_file_is_written(string file) => KillAndRerun(workspace => KillWhenCreated(workspace, file));

    [Test]
    public void Killed_again_and_again()
    {
        KillAndRerun(workspace =>
        {
            foreach (
                string file in new[] { "users.parquet", "test.parquet", "textual.parquet", "checkpoint.bin", "metrics.json" }
            )
            {
                KillWhenCreated(workspace, file);
            }
        });
    }

    [Test]
    public void Two_runs_of_the_same_job_make_each_artifact_once()
    {
        using var workspace = new Workspace();
        string[] job = workspace.Small("all", [.. Longer, "-Json"]);
        Process first = workspace.Start(job);
        Process second = workspace.Start(job);
        Task<Outcome> firstEnds = Task.Run(() => Workspace.Wait(first));
        Outcome secondOutcome = Workspace.Wait(second);
        Outcome firstOutcome = firstEnds.GetAwaiter().GetResult();

        Assert.That(firstOutcome.ExitCode, Is.Zero, firstOutcome.Error);
        Assert.That(secondOutcome.ExitCode, Is.Zero, secondOutcome.Error);
        foreach (string stage in new[] { "ingest", "split", "features", "candidates", "train", "evaluate" })
        {
            string[] states = [firstOutcome.States()[stage], secondOutcome.States()[stage]];
            Assert.That(states, Is.EquivalentTo(new[] { "built", "fresh" }), stage);
        }

        Assert.That(workspace.ArtifactFiles(), Is.EqualTo(expected));
    }

    private void KillAndRerun(Action<Workspace> disturb)
    {
        using var workspace = new Workspace();
        Directory.CreateDirectory(workspace.Store);

        disturb(workspace);
        Outcome outcome = workspace.Run(workspace.Small("all", Longer));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(workspace.ArtifactFiles(), Is.EqualTo(expected));
        Assert.That(Directory.GetDirectories(Path.Combine(workspace.Store, ".staging")), Is.Empty);
        string resume = Path.Combine(workspace.Store, ".resume");
        Assert.That(Directory.Exists(resume) ? Directory.GetDirectories(resume) : [], Is.Empty);
    }

    /// <summary>Kills the process as soon as a file of that name appears, which is before it is complete.</summary>
    private static void KillWhenCreated(Workspace workspace, string file)
    {
        using var watcher = new FileSystemWatcher(workspace.Store) { IncludeSubdirectories = true, Filter = file };
        using var seen = new ManualResetEventSlim();
        watcher.Created += (_, _) => seen.Set();
        watcher.Renamed += (_, _) => seen.Set();
        watcher.EnableRaisingEvents = true;
        using Process process = workspace.Start(workspace.Small("all", Longer));
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => seen.Set();
        seen.Wait();
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }
}
