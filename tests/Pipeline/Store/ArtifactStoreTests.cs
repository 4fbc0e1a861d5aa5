using CranePipeline.Store;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

public sealed class ArtifactStoreTests : StoreFixture
{
    [Test]
    public void An_artifact_is_made_once_and_then_found()
    {
        var store = new ArtifactStore(Root);
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
        var store = new ArtifactStore(Root);
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
        var store = new ArtifactStore(Root);

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
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(Root, ".staging")), Is.Empty);
    }

    [Test]
    public void What_a_killed_run_left_is_removed_and_what_a_live_one_writes_is_not()
    {
        string staging = Path.Combine(Root, ".staging");
        Directory.CreateDirectory(Path.Combine(staging, "dead"));
        File.WriteAllText(Path.Combine(staging, "dead", "half.parquet"), "…");
        var live = new ArtifactStore(Root);

        Build(
            live,
            Identity(),
            area =>
            {
                area.WriteText("mine", "1");
                new ArtifactStore(Root).Presence().RemoveDead();
                Assert.That(File.Exists(area.PathOf("mine")), Is.True);
            }
        );

        Assert.That(Directory.Exists(Path.Combine(staging, "dead")), Is.False);
        Assert.That(live.Find(Identity()), Is.Not.Null);
    }

    [Test]
    public void Runs_that_start_together_share_the_removal_of_what_killed_ones_left()
    {
        string staging = Path.Combine(Root, ".staging");
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
                            _ = new ArtifactStore(Root).Presence();
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
        var store = new ArtifactStore(Root);
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
                new ArtifactStore(Root),
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
            new ArtifactStore(Root).GetOrBuild(
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
        var store = new ArtifactStore(Root);
        store.GetOrBuild(Identity(), false, (staging, _) => staging.WriteText("text", "old"), StoreWait.Silently);

        (Artifact artifact, bool built) = store.GetOrBuild(
            Identity(),
            true,
            (staging, _) => staging.WriteText("text", "new"),
            StoreWait.Silently
        );

        Assert.That(built, Is.True);
        Assert.That(File.ReadAllText(artifact.PathOf("text")), Is.EqualTo("new"));
        Assert.That(Directory.GetFileSystemEntries(Path.Combine(Root, ".staging")), Is.Empty);
    }

    [Test]
    public void Whoever_only_reads_changes_nothing()
    {
        string empty = Path.Combine(Root, "none");
        var store = new ArtifactStore(empty);

        Assert.That(store.Find(Identity()), Is.Null);
        Assert.That(store.List("d", "s"), Is.Empty);
        Assert.That(StoreCheck.Run(store, null, default).Artifacts, Is.Zero);
        Assert.That(Directory.Exists(empty), Is.False);
    }
}
