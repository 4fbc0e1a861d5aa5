using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CranePipeline.Ingest.Tests.Download;
using CranePipeline.Operations;
using CranePipeline.Progress;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>
/// The disk fills up under everything that writes: one line that names the place and the cause, exit code 1, nothing half-written, what was
/// there before as it was, and the same bytes once there is room.
/// </summary>
[Platform("Linux")]
public sealed partial class FullDiskTests
{
    private const string Place = "OUT";
    private const string TemporaryFolder = "TMPDIR";
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

    private static IEnumerable<TestCaseData> Outputs()
    {
        static TestCaseData Case(string name, params string[] arguments) =>
            new TestCaseData([arguments]).SetArgDisplayNames(name);
        foreach (string extension in new[] { "csv", "jsonl", "parquet", "feather" })
        {
            yield return Case($"recommend {extension}", "recommend", "-Output", $"{Place}/r.{extension}");
        }

        foreach (string table in new[] { "embeddings", "recommendations", "features", "interactions" })
        {
            foreach (string format in new[] { "parquet", "csv", "feather", "npy" })
            {
                string[] modality = table == "features" ? ["-Modality", "textual"] : [];
                yield return Case(
                    $"export {table} {format}",
                    ["export", "-Table", table, "-Format", format, "-Output", $"{Place}/t.{format}", .. modality]
                );
            }
        }

        yield return Case("export-mmrec", "export-mmrec", "-Output", $"{Place}/mmrec");
    }

    /// <summary>Full at the first byte and in the middle; and an earlier file stays what it was.</summary>
    [TestCaseSource(nameof(Outputs))]
    public void Written_for_other_programs(string[] arguments)
    {
        string[] Into(string folder) =>
            Call(
                workspace,
                arguments[0],
                [.. arguments[1..].Select(each => each.Replace(Place, folder, StringComparison.Ordinal))]
            );
        string there = Directory.CreateDirectory(Path.Combine(workspace.Folder, $"there-{Guid.NewGuid():n}")).FullName;
        Complete(Into(there));
        IReadOnlyDictionary<string, string> whole = Content(there);
        long bytes = whole.Keys.Sum(name => new FileInfo(Path.Combine(there, name)).Length);

        foreach (long room in Rooms(bytes))
        {
            disk.Leave(room);
            Refused(Into(disk.Folder));
            Assert.That(disk.Listing, Is.Empty);
        }

        disk.Grow();
        Complete(Into(disk.Folder));
        Assert.That(Content(disk.Folder), Is.EqualTo(whole));
        disk.Leave(0);
        Refused([.. Into(disk.Folder), .. arguments[0] == "export-mmrec" ? (string[])["-Force"] : []]);
        Assert.That(Content(disk.Folder), Is.EqualTo(whole));
    }

    [Test]
    public void Generated_raw_files()
    {
        string sample = Path.Combine(workspace.Data, "sample");
        IReadOnlyDictionary<string, string> whole = Content(sample);
        using var other = new Workspace { Data = Path.Combine(disk.Folder, "data") };
        string written = Path.Combine(other.Data, "sample");
        string[] arguments = Call(other, "ingest");
        foreach (long room in Rooms(whole.Keys.Sum(name => new FileInfo(Path.Combine(sample, name)).Length)))
        {
            disk.Leave(room);
            Refused(arguments);
            Assert.That(Content(written), Is.SubsetOf(whole), "whole files only");
            Assert.That(File.Exists(Path.Combine(written, "generated.json")), Is.False, "not called done");
            disk.Clear();
        }

        disk.Grow();
        Complete(arguments);
        Assert.That(Content(written), Is.EqualTo(whole));
    }

    /// <summary>Where the server says how much is to come, that is looked at first; else the disk fills, and the next time goes on.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void Downloaded_raw_files(bool declared)
    {
        byte[] body = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 3000).Select(row => $"u{row % 50},i{row * 7 % 60},{row % 5 + 1}\n"))
        );
        using var server = new ScriptedServer(
            (request, _) =>
                declared ? ScriptedServer.Ranged(request, body, "\"1\"")
                : request.From is null ? [.. "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nConnection: close\r\n\r\n"u8, .. body]
                : ScriptedServer.Ranged(request, body, "\"1\"")
        );
        DescribeWeb(server.Url("r.csv"));
        string data = Path.Combine(disk.Folder, "data");
        string[] arguments = ["-Stage", "download", "-Dataset", "web", "-AllowInsecure", .. Folders(data: data)];
        disk.Leave(3 * SmallDisk.Page);
        HostCall refused = HostCall.Of(arguments);

        string target = Path.Combine(data, "web", "r.csv");
        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(
            refused.Error,
            Does.StartWith($"cannot write {target}: ")
                .And.Contain(declared ? "are still to come" : NoSpace)
                .And.Contain("what has come so far is kept")
        );
        Assert.That(File.Exists(target), Is.False);
        disk.Grow();
        Complete(arguments);
        Assert.That(File.ReadAllBytes(target), Is.EqualTo(body));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(target)!), Is.EqualTo(new[] { target }));
    }

    /// <summary>Data set files that the program writes: the earlier one stays until the new one is whole.</summary>
    [Test]
    public void Data_set_files()
    {
        string conf = Path.Combine(disk.Folder, "conf");
        foreach (string file in Directory.EnumerateFiles(workspace.Conf, "*.yaml", SearchOption.AllDirectories))
        {
            WriteCopy(file, Path.Combine(conf, Path.GetRelativePath(workspace.Conf, file)));
        }

        string back = Path.Combine(conf, "datasets", "back.yaml");
        string web = Path.Combine(conf, "datasets", "web.yaml");
        string raw = Path.Combine(workspace.Data, "web", "r.csv");
        File.WriteAllText(back, "# what was there\nname: back\n");
        DescribeWeb("https://example.invalid/r.csv");
        WriteCopy(Path.Combine(workspace.Conf, "datasets", "web.yaml"), web);
        Directory.CreateDirectory(Path.GetDirectoryName(raw)!);
        File.WriteAllText(raw, "u,i,5\n");
        IReadOnlyDictionary<string, string> before = Content(disk.Folder);
        string[][] commands =
        [
            ["-Stage", "import-mmrec", "-Data", mmrec, "-Dataset", "back", "-Force", "-Conf", conf, "-Store", workspace.Store],
            ["-Stage", "download", "-Dataset", "web", "-Pin", .. Folders(conf: conf)],
        ];
        disk.Leave(0);
        foreach (string[] command in commands)
        {
            Refused(command);
            Assert.That(Content(disk.Folder), Is.EqualTo(before), command[1]);
        }

        disk.Grow();
        foreach (string[] command in commands)
        {
            Complete(command);
        }

        Assert.That(File.ReadAllText(back), Does.Contain("back.inter").Or.Contain("sample.inter"));
        Assert.That(File.ReadAllText(web), Does.Contain("sha256: "));
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

    /// <summary>Vectors in gzip are unpacked into the temporary folder, which may lie on another disk than everything else.</summary>
    [Test]
    public void The_temporary_folder()
    {
        string packed = Path.Combine(Directory.CreateDirectory(Path.Combine(workspace.Data, "packed")).FullName, "packed.b.gz");
        using (FileStream source = File.OpenRead(Path.Combine(workspace.Data, "sample", "image_features_Sample.b")))
        using (var target = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
        {
            source.CopyTo(target);
        }

        using var other = new Workspace { Data = workspace.Data };
        string[] arguments = Call(other, "features", "-Set", "modalities.visual.path=packed/packed.b.gz");
        string? usual = Environment.GetEnvironmentVariable(TemporaryFolder);
        Environment.SetEnvironmentVariable(TemporaryFolder, disk.Folder);
        try
        {
            disk.Leave(10 * SmallDisk.Page);
            HostCall refused = HostCall.Of(arguments);
            Assert.That(refused.ExitCode, Is.EqualTo(1));
            Assert.That(
                refused.Error,
                Does.Contain("packed.b.gz").And.Contain(disk.Folder).And.Contain(NoSpace).And.Contain(TemporaryFolder)
            );
            Assert.That(disk.Listing, Is.Empty);
            IsTidy(other.Store);
            disk.Grow();
            Complete(arguments);
        }
        finally
        {
            Environment.SetEnvironmentVariable(TemporaryFolder, usual);
        }
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

    private void DescribeWeb(string url) =>
        File.WriteAllText(
            Path.Combine(workspace.Conf, "datasets", "web.yaml"),
            $$"""
            name: web
            files:
              - path: web/r.csv
                urls: [{{url}}]
            ingest: { interactions: [ { path: web/r.csv } ], minUserInteractions: 0, minItemInteractions: 0 }
            download: { retries: 0 }
            """
        );
}
