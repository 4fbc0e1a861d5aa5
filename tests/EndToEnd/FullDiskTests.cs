using System.Text.Json;
using CranePipeline.Operations;
using CranePipeline.Progress;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>
/// The disk fills up under everything that writes: one line that names the place and the cause, exit code 1, nothing half-written, what was
/// there before as it was, and the same bytes once there is room.
/// </summary>
/// <remarks>Alone: it runs commands in this process, whose console and folder of temporary files it changes.</remarks>
[Platform("Linux")]
[NonParallelizable]
public sealed partial class FullDiskTests
{
    private const string NoSpace = "no space left on device";
    private const string Refusal = $"^cannot write /proc/[0-9]+/root/.*: {NoSpace}; free space";

    private Workspace workspace = null!;
    private SmallDisk disk = null!;
    private string mmrec = null!;

    [OneTimeSetUp]
    public void Run()
    {
        disk = new SmallDisk();
        workspace = new Workspace();
        workspace.CopyConf();
        Outcome outcome = workspace.Run(workspace.Small("all"));
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        mmrec = Path.Combine(workspace.Folder, "mmrec");
        Complete(Call(workspace, "export-mmrec", "-Output", mmrec));
    }

    [OneTimeTearDown]
    public void Clean()
    {
        disk?.Dispose();
        workspace?.Dispose();
    }

    [SetUp]
    public void Empty()
    {
        disk.Grow();
        disk.Clear();
    }

    /// <summary>A log stops no run: one warning, and lines that are whole.</summary>
    [TestCase(0)]
    [TestCase(1)]
    public void Logs(int pages)
    {
        var warnings = new List<string>();
        string folder = Path.Combine(disk.Folder, "log");
        disk.Leave(pages * SmallDisk.Page);
        using (var log = new RunLog(folder, ConsoleLevel.Info, TimeProvider.System, warnings.Add))
        {
            for (int line = 0; line < 100; line++)
            {
                log.Message(ConsoleLevel.Info, $"line {line} of a run that has much to say of itself");
            }
        }

        Assert.That(warnings, Is.EqualTo(new[] { $"the log in {folder} cannot be written: {NoSpace}" }));
        string[] files = Directory.GetFiles(folder);
        Assert.That(files, Has.Length.EqualTo(pages));
        foreach (string line in files.SelectMany(File.ReadAllLines))
        {
            Assert.That(() => JsonDocument.Parse(line), Throws.Nothing, line);
        }
    }

    [Test]
    public void A_run_whose_log_cannot_be_written_is_a_run()
    {
        disk.Leave(0);
        string log = Path.Combine(disk.Folder, "log");
        Outcome outcome = workspace.Run(workspace.Small("split", "-Force", "-Log", log));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(Lines(outcome, "warning: "), Is.EqualTo(new[] { $"the log in {log} cannot be written: {NoSpace}" }));
        Assert.That(Directory.GetFiles(log), Is.Empty);
    }

    /// <summary>What was sent or fetched whole stays; nothing else does, and the next time sends the rest.</summary>
    [Test]
    public void Another_store()
    {
        IReadOnlyDictionary<string, string> whole = Artifacts(workspace.Store);
        long bytes = whole.Keys.Sum(name => new FileInfo(Path.Combine(workspace.Store, name)).Length);
        string remote = Path.Combine(disk.Folder, "remote");
        string[] push = ["-Stage", "push", "-Dataset", "sample", "-Remote", remote, .. Folders()];
        foreach (long room in Rooms(bytes))
        {
            disk.Leave(room);
            Refused(push);
            Assert.That(Content(remote), Is.SubsetOf(whole));
        }

        disk.Grow();
        Complete(push);
        Assert.That(Content(remote), Is.EqualTo(whole));

        string moved = Path.Combine(workspace.Folder, "remote");
        foreach (string name in whole.Keys)
        {
            WriteCopy(Path.Combine(remote, name), Path.Combine(moved, name));
        }

        disk.Clear();
        string store = Path.Combine(disk.Folder, "store");
        string[] pull = ["-Stage", "pull", "-Dataset", "sample", "-Remote", moved, .. Folders(store: store)];
        foreach (long room in Rooms(bytes))
        {
            disk.Leave(room);
            Refused(pull);
            Assert.That(Artifacts(store), Is.SubsetOf(whole));
            IsTidy(store);
        }

        disk.Grow();
        Complete(pull);
        Assert.That(Artifacts(store), Is.EqualTo(whole));
    }

    /// <summary>Looking at a store, reading from it and tidying it up need no room in it.</summary>
    [Test]
    public void What_an_operator_does_about_it_works_on_a_full_store()
    {
        using Workspace full = StoreOnDisk();
        Complete(Call(full, "split", "-Set", "split.ratios=[7, 2, 1]"));
        Complete(Call(full, "split", "-Set", "split.ratios=[6, 2, 2]"));
        string splits = Path.Combine(full.Store, "sample", "split");
        Assert.That(Directory.GetDirectories(splits), Has.Length.EqualTo(3));
        disk.Leave(0);
        foreach (string stage in new[] { "status", "doctor", "verify" })
        {
            Complete(Call(full, stage));
        }

        Complete(Call(full, "all", "-DryRun"));
        Complete(Call(full, "recommend", "-Output", Path.Combine(workspace.Folder, "from-full.parquet")));
        string key = Path.GetFileName(workspace.ArtifactOf("evaluate"));
        Complete("-Stage", "lineage", "-Artifact", key, "-Store", full.Store, "-Conf", full.Conf);
        Complete("-Stage", "gc", "-Keep", "1", "-Store", full.Store, "-Conf", full.Conf);

        Assert.That(Directory.GetDirectories(splits), Has.Length.EqualTo(2));
        IsTidy(full.Store);
    }

    private static void Refused(params string[] arguments)
    {
        HostCall call = HostCall.Of(arguments);
        Assert.That(call.ExitCode, Is.EqualTo(1), call.Shown);
        Assert.That(call.Error, Does.Match(Refusal).And.Not.Contain("\n"));
    }

    private static void Complete(params string[] arguments)
    {
        HostCall call = HostCall.Of(arguments);
        Assert.That(call.ExitCode, Is.Zero, call.Error);
    }

    /// <summary>Room for nothing, and for half, where that is not all.</summary>
    private static IEnumerable<long> Rooms(long bytes) => bytes / 2 >= SmallDisk.Page ? [0, bytes / 2] : [0];

    private static string[] Lines(Outcome outcome, string level) =>
        [
            .. outcome
                .Error.Split('\n')
                .Where(line => line.Contains(level, StringComparison.Ordinal))
                .Select(line => line[(line.IndexOf(level, StringComparison.Ordinal) + level.Length)..]),
        ];

    private static Dictionary<string, string> Artifacts(string store) =>
        Content(store).Where(file => file.Key[0] != '.').ToDictionary();

    /// <summary>The content of every file of a folder, by path.</summary>
    private static Dictionary<string, string> Content(string folder) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path => Path.GetFileName(path) != SmallDisk.Ballast)
                .ToDictionary(
                    path => Path.GetRelativePath(folder, path),
                    path => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))
                )
            : [];

    private static void WriteCopy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }

    /// <summary>The arguments of a stage on the small sample, in this process.</summary>
    private static string[] Call(Workspace of, string stage, params string[] more) =>
        [.. of.Small(stage, more), "-Conf", of.Conf, "-Store", of.Store];

    private string[] Folders(string? data = null, string? store = null, string? conf = null) =>
        ["-Data", data ?? workspace.Data, "-Store", store ?? workspace.Store, "-Conf", conf ?? workspace.Conf];
}
