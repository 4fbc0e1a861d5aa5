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
    public void Stopped_again_and_again()
    {
        string[] signals = [Signals.Kill, Signals.Terminate, Signals.Interrupt];
        KillAndRerun(workspace =>
        {
            int turn = 0;
            foreach (
                string file in new[] { "users.parquet", "test.parquet", "textual.parquet", "checkpoint.bin", "metrics.json" }
            )
            {
                KillWhenCreated(workspace, file, signals[turn++ % signals.Length]);
            }
        });
    }

    /// <summary>By hand: <c>docs/development.md</c> has the command. The seed is told, so that a failure can be had again.</summary>
    [Test, Explicit("takes minutes")]
    public void Stopped_at_a_hundred_random_moments()
    {
        int kills = Number("CRANE_KILLS", 100);
        int seed = Number("CRANE_KILL_SEED", 1);
        TestContext.Out.WriteLine($"{kills} kills, CRANE_KILL_SEED={seed}");
        var random = new Random(seed);
        string[] signals = [Signals.Kill, Signals.Terminate, Signals.Interrupt];
        var ends = new SortedDictionary<string, int>();
        KillAndRerun(workspace =>
        {
            for (int kill = 0; kill < kills; kill++)
            {
                string signal = signals[random.Next(signals.Length)];
                using Process process = workspace.Start(workspace.Small("all", Longer));
                Task<Outcome> ending = Task.Run(() => Workspace.Wait(process));
                if (!ending.Wait(random.Next(200, 6_000)))
                {
                    Signals.Send(process, signal);
                }

                int code = ending.GetAwaiter().GetResult().ExitCode;
                string end = code == 0 ? "done" : $"{signal} {code}";
                ends[end] = ends.GetValueOrDefault(end) + 1;
                if (code == 0)
                {
                    Assert.That(workspace.ArtifactFiles(), Is.EqualTo(expected));
                    Directory.Delete(Path.Combine(workspace.Store, "sample"), recursive: true);
                }
            }
        });
        TestContext.Out.WriteLine(string.Join(", ", ends.Select(end => $"{end.Key}: {end.Value}")));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Four_runs_at_once_and_one_killed_make_each_artifact_once(bool locks)
    {
        using var workspace = new Workspace();
        workspace.Variables["CRANE_STORE_LOCKS"] = locks ? "on" : "off";
        Directory.CreateDirectory(workspace.Store);
        string[] job = workspace.Small("all", [.. Longer, "-Json"]);
        Task<Outcome>[] others = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => workspace.Run(job)))];
        KillWhenCreated(workspace, "interactions.parquet", Signals.Kill);
        Outcome[] outcomes = [.. others.Select(other => other.GetAwaiter().GetResult())];

        foreach (Outcome outcome in outcomes)
        {
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        }

        foreach (string stage in new[] { "ingest", "split", "features", "candidates", "train", "evaluate" })
        {
            Assert.That(outcomes.Count(outcome => outcome.States()[stage] == "built"), Is.EqualTo(1), stage);
        }

        Assert.That(workspace.ArtifactFiles(), Is.EqualTo(expected));
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int number) ? number : otherwise;

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

    /// <summary>Stops the process as soon as a file of that name appears, which is before it is complete.</summary>
    private static void KillWhenCreated(Workspace workspace, string file, string signal = Signals.Kill)
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
        Signals.Send(process, signal);
        process.WaitForExit();
    }
}
