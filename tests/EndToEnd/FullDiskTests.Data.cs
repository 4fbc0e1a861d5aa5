using System.IO.Compression;
using System.Text;
using CranePipeline.Ingest.Tests.Download;

namespace CranePipeline.EndToEnd.Tests;

/// <content>What a data set is made of: raw files, generated, downloaded or unpacked, and the files that describe it.</content>
public sealed partial class FullDiskTests
{
    private const string TemporaryFolder = "TMPDIR";

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

    /// <summary>
    /// Where the server says how much is to come, that is looked at first; else the disk fills, and the next time goes on.
    /// </summary>
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
