using CranePipeline.Pipeline.Tests.Progress;
using CranePipeline.Store;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

/// <summary>
/// Who is alive where locks tell nothing: the other run's lock file is taken away, as on a file system where everyone gets every lock.
/// </summary>
public sealed class RunPresenceTests
{
    private static readonly RunIdentity Elsewhere = new("other-host", "other-host/boot/pid", 4711, "1");

    private readonly ManualTime time = new();
    private StoreFolder store = null!;

    [SetUp]
    public void Open() => store = new StoreFolder(Directory.CreateTempSubdirectory("crane-runs-").FullName);

    [TearDown]
    public void Close() => Directory.Delete(store.Root, recursive: true);

    [Test]
    public void A_run_on_another_machine_is_alive_until_it_has_been_silent_for_a_minute_of_our_own_clock()
    {
        using var self = new RunPresence(store, time);
        string other = Dead(Elsewhere);

        Assert.That(self.IsAlive(other), Is.True, "silence begins with the first look");
        time.Advance(RunPresence.Silence.TotalSeconds - 1);
        Assert.That(self.IsAlive(other), Is.True);
        File.WriteAllText(Path.Combine(store.Runs, other, "beat"), "again");
        time.Advance(2);
        Assert.That(self.IsAlive(other), Is.True, "a beat begins it anew");
        time.Advance(RunPresence.Silence.TotalSeconds + 1);
        Assert.That(self.IsAlive(other), Is.False);
    }

    [Test]
    public void A_process_that_ended_on_this_machine_is_dead_at_once()
    {
        using var self = new RunPresence(store, time);

        Assert.That(self.IsAlive(Dead(ProcessIdentity.Own with { Started = "0" })), Is.False, "its number has another bearer");
        Assert.That(self.IsAlive(Dead(ProcessIdentity.Own)), Is.True, "its process runs");
        Assert.That(self.IsAlive("0123"), Is.False, "there is no sign of it");
    }

    [Test]
    public void Only_a_dead_runs_staging_folders_go()
    {
        using var self = new RunPresence(store, time);
        string alive = Path.Combine(store.Staging, Dead(Elsewhere) + "-1");
        string dead = Path.Combine(store.Staging, Dead(ProcessIdentity.Own with { Started = "0" }) + "-1");
        Directory.CreateDirectory(alive);
        Directory.CreateDirectory(dead);

        self.RemoveDead();

        Assert.That((Directory.Exists(alive), Directory.Exists(dead)), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_live_runs_lease_is_waited_for_and_a_dead_ones_taken_over()
    {
        using var self = new RunPresence(store, time);
        string other = Dead(Elsewhere);
        Directory.CreateDirectory(store.Locks);
        File.WriteAllText(Path.Combine(store.Locks, "a.lease"), other);

        Assert.That(ArtifactLock.TryAcquire(store, "a", self, out string holder), Is.Null);
        Assert.That(holder, Is.EqualTo("process 4711 on other-host"));
        time.Advance(RunPresence.Silence.TotalSeconds + 1);
        using ArtifactLock? taken = ArtifactLock.TryAcquire(store, "a", self, out _);
        Assert.That(taken, Is.Not.Null);
        Assert.That(File.ReadAllText(Path.Combine(store.Locks, "a.lease")), Is.EqualTo(self.Id));
    }

    [Test]
    public void What_a_live_run_uses_is_not_replaced_before_it_ends()
    {
        using var reading = new ArtifactStore(store.Root);
        using var forcing = new ArtifactStore(store.Root);
        var identity = new ArtifactIdentity("d", "s", 1, "{}", []);
        Artifact old = reading
            .GetOrBuild(identity, false, (area, _) => area.WriteText("text", "old"), StoreWait.Silently)
            .Artifact;
        reading.Use(old);
        var wait = new StoreWait(
            why =>
            {
                Assert.That(why, Does.Contain("is reading d-s-"));
                Assert.That(File.ReadAllText(old.PathOf("text")), Is.EqualTo("old"));
                reading.Dispose();
            },
            null,
            default
        );

        Artifact made = forcing.GetOrBuild(identity, true, (area, _) => area.WriteText("text", "new"), wait).Artifact;

        Assert.That(File.ReadAllText(made.PathOf("text")), Is.EqualTo("new"));
    }

    [Test]
    public void A_wait_ends_when_its_time_is_up()
    {
        using var first = new ArtifactStore(store.Root);
        using var second = new ArtifactStore(store.Root);
        var identity = new ArtifactIdentity("d", "s", 1, "{}", []);

        first.GetOrBuild(
            identity,
            false,
            (_, _) =>
                Assert.That(
                    () => second.GetOrBuild(identity, false, (_, _) => { }, new StoreWait(_ => { }, TimeSpan.Zero, default)),
                    Throws.InstanceOf<WaitTimeoutException>().With.Message.Contains("-Wait")
                ),
            StoreWait.Silently
        );
    }

    /// <summary>The traces of a run that no longer beats and holds no lock.</summary>
    private string Dead(RunIdentity identity)
    {
        string id;
        byte[] trace;
        using (var run = new RunPresence(store, time, identity))
        {
            id = run.Id;
            trace = File.ReadAllBytes(Path.Combine(store.Runs, id, "run.json"));
        }

        Directory.CreateDirectory(Path.Combine(store.Runs, id));
        File.WriteAllBytes(Path.Combine(store.Runs, id, "run.json"), trace);
        File.WriteAllText(Path.Combine(store.Runs, id, "beat"), "1");
        return id;
    }
}
