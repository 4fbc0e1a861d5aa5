using CranePipeline.Store;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

public sealed class ArtifactStoreTests
{
    private string root = null!;

    [SetUp]
    public void Open() => root = Directory.CreateTempSubdirectory("crane-store-").FullName;

    [TearDown]
    public void Close() => Directory.Delete(root, recursive: true);

    [Test]
    public void An_artifact_is_made_once_and_then_found()
    {
        var store = new ArtifactStore(root);
        int made = 0;

        (Artifact first, bool built) = Build(store, Identity(), staging => Write(staging, ref made));
        (Artifact second, bool again) = Build(store, Identity(), staging => Write(staging, ref made));

        Assert.That((built, again, made), Is.EqualTo((true, false, 1)));
        Assert.That(second.Folder, Is.EqualTo(first.Folder));
        Assert.That(Ranks.Read(second.PathOf("table.parquet")).Places, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [Test]
    public void The_manifest_says_what_decided_the_content_and_what_came_out()
    {
        var store = new ArtifactStore(root);
        int made = 0;

        (Artifact artifact, _) = Build(store, Identity(), staging => Write(staging, ref made));

        Manifest manifest = artifact.Manifest;
        ManifestFile file = manifest.Files.Single();
        Assert.Multiple(() =>
        {
            Assert.That((manifest.Dataset, manifest.Stage, manifest.Version), Is.EqualTo(("d", "s", 1)));
            Assert.That(manifest.Settings.ToJsonString(), Is.EqualTo("""{"k":1}"""));
            Assert.That(manifest.Inputs, Is.EqualTo(new[] { new ArtifactInput("raw", "sha256:00") }));
            Assert.That((file.Name, file.Rows), Is.EqualTo(("table.parquet", (long?)3)));
            Assert.That(file.Bytes, Is.EqualTo(new FileInfo(artifact.PathOf("table.parquet")).Length));
            Assert.That(manifest.Metrics["rows"], Is.EqualTo(3));
            Assert.That(manifest.End, Is.GreaterThanOrEqualTo(manifest.Start));
        });
    }

    [Test]
    public void A_failure_leaves_nothing_behind()
    {
        var store = new ArtifactStore(root);

        Assert.That(
            () =>
                Build(
                    store,
                    Identity(),
                    staging =>
                    {
                        staging.WriteText("half", "…");
                        throw new InputException("bad");
                    }
                ),
            Throws.InstanceOf<InputException>()
        );
        Assert.That(store.Find(Identity()), Is.Null);
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(root, ".staging")), Is.Empty);
    }

    [Test]
    public void What_a_killed_run_left_is_removed_and_what_a_live_one_writes_is_not()
    {
        string staging = Path.Combine(root, ".staging");
        Directory.CreateDirectory(Path.Combine(staging, "dead"));
        File.WriteAllText(Path.Combine(staging, "dead", "half.parquet"), "…");
        var live = new ArtifactStore(root);

        Build(
            live,
            Identity(),
            area =>
            {
                area.WriteText("mine", "1");
                new ArtifactStore(root).Presence().RemoveDead();
                Assert.That(File.Exists(area.PathOf("mine")), Is.True);
            }
        );

        Assert.That(Directory.Exists(Path.Combine(staging, "dead")), Is.False);
        Assert.That(live.Find(Identity()), Is.Not.Null);
    }

    [Test]
    public void Runs_that_start_together_share_the_removal_of_what_killed_ones_left()
    {
        string staging = Path.Combine(root, ".staging");
        for (int run = 0; run < 300; run++)
        {
            string folder = Path.Combine(staging, Guid.NewGuid().ToString("n"));
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "half.bin"), "half");
            File.WriteAllText(folder + ".lock", "");
        }

        using var start = new Barrier(4);
        Task[] runs =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(run =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            start.SignalAndWait();
                            _ = new ArtifactStore(root).Presence();
                        },
                        TaskCreationOptions.LongRunning
                    )
                ),
        ];

        Assert.That(() => Task.WaitAll(runs), Throws.Nothing);
        Assert.That(Directory.EnumerateDirectories(staging), Is.Empty);
    }

    [Test]
    public void Checkpoints_outlive_a_failure_and_go_with_success()
    {
        var store = new ArtifactStore(root);
        string? folder = null;
        Assert.That(
            () =>
                store.GetOrBuild(
                    Identity(),
                    false,
                    (_, resume) =>
                    {
                        folder = resume;
                        Directory.CreateDirectory(resume);
                        File.WriteAllText(Path.Combine(resume, "checkpoint"), "7");
                        throw new OperationCanceledException();
                    },
                    StoreWait.Silently
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(File.Exists(Path.Combine(folder!, "checkpoint")), Is.True);

        string? found = null;
        store.GetOrBuild(
            Identity(),
            false,
            (_, resume) => found = File.ReadAllText(Path.Combine(resume, "checkpoint")),
            StoreWait.Silently
        );

        Assert.That(found, Is.EqualTo("7"));
        Assert.That(Directory.Exists(folder), Is.False);
    }

    [Test]
    public void Of_two_that_want_the_same_artifact_one_makes_it_and_the_other_waits()
    {
        using var inside = new ManualResetEventSlim();
        using var waiting = new ManualResetEventSlim();
        int made = 0;
        Task<(Artifact, bool Built)> first = Task.Run(() =>
            Build(
                new ArtifactStore(root),
                Identity(),
                staging =>
                {
                    inside.Set();
                    waiting.Wait();
                    Write(staging, ref made);
                }
            )
        );
        inside.Wait();
        Task<(Artifact, bool Built)> second = Task.Run(() =>
            new ArtifactStore(root).GetOrBuild(
                Identity(),
                false,
                (staging, _) => Write(staging, ref made),
                new StoreWait(_ => waiting.Set(), null, default)
            )
        );

        Assert.That(first.GetAwaiter().GetResult().Built, Is.True);
        Assert.That(second.GetAwaiter().GetResult().Built, Is.False);
        Assert.That(made, Is.EqualTo(1));
    }

    [Test]
    public void Force_puts_the_new_artifact_in_the_old_ones_place()
    {
        var store = new ArtifactStore(root);
        store.GetOrBuild(Identity(), false, (staging, _) => staging.WriteText("text", "old"), StoreWait.Silently);

        (Artifact artifact, bool built) = store.GetOrBuild(
            Identity(),
            true,
            (staging, _) => staging.WriteText("text", "new"),
            StoreWait.Silently
        );

        Assert.That(built, Is.True);
        Assert.That(File.ReadAllText(artifact.PathOf("text")), Is.EqualTo("new"));
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(root, ".staging")), Is.Empty);
    }

    [TestCase("missing")]
    [TestCase("cut")]
    public void Sizes_are_always_checked(string damage)
    {
        Artifact artifact = BuildText();
        string path = artifact.PathOf("text");
        if (damage == "missing")
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, "shor");
        }

        Assert.That(() => artifact.Check(hashes: false), Throws.InstanceOf<InputException>().With.Message.Contains(path));
    }

    [Test]
    public void Content_is_checked_before_a_file_is_read()
    {
        Artifact artifact = BuildText();
        string path = artifact.PathOf("text");
        File.WriteAllText(path, "sh0rt");

        Assert.That(() => artifact.Check(hashes: false), Throws.Nothing);
        Assert.That(
            () => artifact.PathOf("text"),
            Throws
                .InstanceOf<InputException>()
                .With.Message.Contains(path)
                .And.Message.Contains("SHA-256")
                .And.Message.Contains("-Stage s -Dataset d -Force")
        );
    }

    [TestCase("\"version\": 1", "\"version\": 2")]
    [TestCase("\"rows\": 3", "\"rows\": 4")]
    [TestCase("\"digest\"", "\"digset\"")]
    [TestCase("table.parquet", "../x.parquet")]
    public void An_edited_manifest_is_told(string before, string after)
    {
        int made = 0;
        Artifact artifact = Build(new ArtifactStore(root), Identity(), staging => Write(staging, ref made)).Artifact;
        string path = artifact.PathOf(Manifest.FileName);
        string text = File.ReadAllText(path);
        Assert.That(text, Does.Contain(before));
        File.WriteAllText(path, text.Replace(before, after, StringComparison.Ordinal));

        Assert.That(
            () => new ArtifactStore(root).Find(Identity()),
            Throws.InstanceOf<InputException>().With.Message.Contains(path)
        );
        Assert.That(StoreCheck.Run(new ArtifactStore(root), null, default).Faults, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_damaged_artifact_is_passed_over_in_a_list_and_replaced_by_force()
    {
        File.WriteAllText(BuildText().PathOf(Manifest.FileName), "{");
        var warnings = new List<string>();
        var store = new ArtifactStore(root) { Warn = warnings.Add };

        Assert.That(store.List("d", "s"), Is.Empty);
        Assert.That(warnings, Has.Count.EqualTo(1));
        Artifact made = store
            .GetOrBuild(Identity(), true, (staging, _) => staging.WriteText("text", "new"), StoreWait.Silently)
            .Artifact;
        Assert.That(File.ReadAllText(made.PathOf("text")), Is.EqualTo("new"));
    }

    [Test]
    public void Whoever_only_reads_changes_nothing()
    {
        string empty = Path.Combine(root, "none");
        var store = new ArtifactStore(empty);

        Assert.That(store.Find(Identity()), Is.Null);
        Assert.That(store.List("d", "s"), Is.Empty);
        Assert.That(StoreCheck.Run(store, null, default).Artifacts, Is.Zero);
        Assert.That(Directory.Exists(empty), Is.False);
    }

    [Test]
    public void A_raw_file_that_rots_is_told_though_size_and_time_are_the_same()
    {
        string raw = Path.Combine(root, "raw.csv");
        File.WriteAllText(raw, "a,b");
        DateTime time = File.GetLastWriteTimeUtc(raw);
        new ContentHashes(root).Of(raw, null, default);
        File.WriteAllText(raw, "a,c");
        File.SetLastWriteTimeUtc(raw, time);

        var later = new ContentHashes(root);
        Assert.That(later.FaultOf(raw, again: true, null, default), Does.Contain(raw).And.Contain("touch"));
        File.SetLastWriteTimeUtc(raw, time.AddSeconds(1));
        Assert.That(later.FaultOf(raw, again: true, null, default), Is.Null);
    }

    [Test]
    public void A_damaged_manifest_is_told_with_its_path()
    {
        Artifact artifact = BuildText();
        File.WriteAllText(artifact.PathOf(Manifest.FileName), "{");

        Assert.That(
            () => new ArtifactStore(root).Find(Identity()),
            Throws.InstanceOf<InputException>().With.Message.Contains(Manifest.FileName)
        );
    }

    [Test]
    public void Hashes_are_remembered_until_the_file_changes()
    {
        string raw = Path.Combine(root, "raw.csv");
        File.WriteAllText(raw, "a,b");
        string before = new ContentHashes(root).Of(raw, null, default);

        Assert.That(new ContentHashes(root).Of(raw, null, default), Is.EqualTo(before));
        File.WriteAllText(raw, "a,b,c");
        Assert.That(new ContentHashes(root).Of(raw, null, default), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_lost_memory_of_hashes_costs_only_time()
    {
        string raw = Path.Combine(root, "raw.csv");
        File.WriteAllText(raw, "a,b");
        string before = new ContentHashes(root).Of(raw, null, default);
        File.WriteAllText(Path.Combine(root, ".hashes.json"), "{\"cut");

        Assert.That(new ContentHashes(root).Of(raw, null, default), Is.EqualTo(before));
    }

    private static ArtifactIdentity Identity() => new("d", "s", 1, """{"k":1}""", [new("raw", "sha256:00")]);

    private static (Artifact Artifact, bool Built) Build(
        ArtifactStore store,
        ArtifactIdentity identity,
        Action<StagingArea> make
    ) => store.GetOrBuild(identity, false, (staging, _) => make(staging), StoreWait.Silently);

    private static void Write(StagingArea staging, ref int made)
    {
        made++;
        staging.WriteTable("table.parquet", new Ranks([0, 0, 0], [4, 5, 6], [1, 2, 3]).Write);
        staging.Record("rows", 3);
    }

    private Artifact BuildText() =>
        Build(new ArtifactStore(root), Identity(), staging => staging.WriteText("text", "short")).Artifact;
}
