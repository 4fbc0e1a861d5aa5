namespace CranePipeline.EndToEnd.Tests;

/// <content>A disk that is too small for a stage or for a whole run, by growing sizes.</content>
public sealed partial class FullDiskTests
{
    /// <summary>Each stage made again in a store where it does not fit: what was there stays until the new one is whole.</summary>
    [TestCaseSource(nameof(Stages))]
    public void What_a_stage_makes(string stage) => MakeAgain(stage, sizes: 4);

    /// <summary>The real program from nothing, on a disk that grows until everything is done.</summary>
    [Test]
    public void Everything() => Fill(sizes: 4);

    /// <summary>By hand: <c>docs/development.md</c> has the command.</summary>
    [Test, Explicit("takes minutes")]
    public void Every_size_that_is_too_small()
    {
        foreach (string stage in Stages)
        {
            Empty();
            MakeAgain(stage, int.MaxValue);
        }

        Empty();
        Fill(sizes: 60);
    }

    private static string[] Stages => ["ingest", "split", "features", "candidates", "train", "evaluate", "report", "search"];

    /// <summary>Makes a stage again with room for nothing and then for more and more beside what is there, until it is done.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="sizes">Into how many parts to cut the room that its artifact takes; no part is smaller than a page.</param>
    private void MakeAgain(string stage, int sizes)
    {
        using Workspace full = StoreOnDisk();
        string[] arguments = Call(full, stage, "-Set", "search.rounds=[1]");
        Complete(arguments);
        IReadOnlyDictionary<string, string> before = Artifacts(full.Store);
        IReadOnlyDictionary<string, string> outputs = full.ArtifactFiles();
        // Of a search little stays, but its trials have checkpoints.
        string largest = full.ArtifactOf(stage == "search" ? "train" : stage);
        long bytes = new DirectoryInfo(largest).EnumerateFiles().Sum(file => file.Length);
        long step = Math.Max(bytes / sizes, SmallDisk.Page);
        var said = new SortedDictionary<string, int>(StringComparer.Ordinal);
        long used = disk.Used;
        for (long room = 0; ; room += step)
        {
            // Not more than what there was at first: a checkpoint that fits stays, and takes its room.
            disk.Resize(Math.Max(used + room, disk.Used));
            HostCall call = HostCall.Of([.. arguments, "-Force"]);
            if (call.ExitCode == 0)
            {
                break;
            }

            Assert.That(call.Error, Does.Match(Refusal).And.Not.Contain("\n"), call.Shown);
            Assert.That(Artifacts(full.Store), Is.EqualTo(before), call.Error);
            IsTidy(full.Store);
            Count(said, call.Error!);
        }

        Assert.That(full.ArtifactFiles(), Is.EqualTo(outputs));
        Assert.That(said, Is.Not.Empty);
        Tell($"{stage}, {bytes} bytes in steps of {step}", said);
    }

    private void Fill(int sizes)
    {
        using var small = new Workspace { Data = workspace.Data, Store = Path.Combine(disk.Folder, "store") };
        // While it trains, a checkpoint takes as much again as what comes out.
        long bytes = 2 * Artifacts(workspace.Store).Keys.Sum(name => new FileInfo(Path.Combine(workspace.Store, name)).Length);
        var said = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (long size = 0; ; size += bytes / sizes)
        {
            disk.Resize(Math.Max(size, disk.Used));
            Outcome outcome = small.Run(small.Small("all", "-Json"));
            if (outcome.ExitCode == 0)
            {
                break;
            }

            string at = $"{size} bytes: {outcome.Error}";
            Assert.That(outcome.ExitCode, Is.EqualTo(1), at);
            string[] errors = Lines(outcome, "error: ");
            Assert.That(errors, Has.Length.EqualTo(1), at);
            Assert.That(errors[0], Does.Match(Refusal), at);
            Assert.That(outcome.Error, Does.Not.Contain("   at "), at);
            Assert.That((string?)outcome.Json()["error"], Is.EqualTo(errors[0]), at);
            IsTidy(small.Store);
            Count(said, errors[0]);
        }

        Assert.That(small.ArtifactFiles(), Is.EqualTo(workspace.ArtifactFiles()));
        Assert.That(said, Is.Not.Empty);
        Tell($"all, {bytes} bytes in {sizes} steps", said);
    }

    /// <summary>Counts refusals by the file they name.</summary>
    private static void Count(SortedDictionary<string, int> said, string error)
    {
        string file = Path.GetFileName(error.Split(": no space")[0]);
        said[file] = said.GetValueOrDefault(file) + 1;
    }

    private static void Tell(string what, SortedDictionary<string, int> said) =>
        TestContext.Out.WriteLine(
            $"{what}, {said.Values.Sum()} too small: {string.Join(", ", said.Select(each => $"{each.Key} {each.Value}"))}"
        );

    private Workspace StoreOnDisk()
    {
        var full = new Workspace { Data = workspace.Data, Store = Path.Combine(disk.Folder, "store") };
        foreach (string name in Artifacts(workspace.Store).Keys)
        {
            WriteCopy(Path.Combine(workspace.Store, name), Path.Combine(full.Store, name));
        }

        return full;
    }

    /// <summary>Nothing half-written lies about in a store, and what lies in its place is whole.</summary>
    private static void IsTidy(string store)
    {
        if (!Directory.Exists(store))
        {
            return;
        }

        string[] files =
        [
            .. Directory
                .EnumerateFiles(store, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(store, path)),
        ];
        Assert.That(
            files.Where(name =>
                name.EndsWith(".partial", StringComparison.Ordinal) || name.EndsWith(".writing", StringComparison.Ordinal)
            ),
            Is.Empty
        );
        Assert.That(files.Where(name => name.StartsWith(".staging", StringComparison.Ordinal)), Is.Empty);
        Assert.That(files.Where(name => name.StartsWith(".runs", StringComparison.Ordinal)), Is.Empty);
        foreach (string folder in files.Where(name => name[0] != '.').Select(name => Path.GetDirectoryName(name)!).Distinct())
        {
            Assert.That(File.Exists(Path.Combine(store, folder, "manifest.json")), folder);
        }

        HostCall verified = HostCall.Of("-Stage", "verify", "-Store", store, "-Conf", Path.Combine(Workspace.Repository, "conf"));
        Assert.That(verified.ExitCode, Is.Zero, verified.Error ?? verified.Shown);
    }
}
