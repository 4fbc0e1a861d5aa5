using CranePipeline.Stages;
using CranePipeline.Store;
using CranePipeline.Store.Remote;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

/// <summary>Garbage collection, lineage, and moving artifacts to another store.</summary>
public sealed class CollectionTests
{
    private string root = null!;
    private ArtifactStore store = null!;

    [SetUp]
    public void Open()
    {
        root = Directory.CreateTempSubdirectory("crane-store-").FullName;
        store = new ArtifactStore(Path.Combine(root, "here"));
    }

    [TearDown]
    public void Close()
    {
        store.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [Test]
    public void The_newest_of_each_stage_and_seed_stay_with_what_they_were_made_from()
    {
        Artifact oldIngest = Make("ingest", "{\"k\":1}");
        Artifact newIngest = Make("ingest", "{\"k\":2}");
        // Made last, from the older ingest: it keeps it alive.
        Artifact train9 = Make("train", "{\"seed\":9}", oldIngest);
        Artifact train7 = Make("train", "{\"seed\":7}", newIngest);
        Artifact stale = Make("train", "{\"seed\":7,\"k\":0}", newIngest);
        Artifact newest = Make("train", "{\"seed\":7,\"k\":1}", newIngest);

        IReadOnlyList<Garbage> garbage = GarbageCollection.Find(store, "d", keep: 1);

        Assert.That(garbage.Select(each => each.Path), Is.EquivalentTo(new[] { train7.Folder, stale.Folder }));
        Assert.That(Directory.Exists(stale.Folder), Is.True, "nothing is removed by looking");
        Assert.That(GarbageCollection.Remove(store, garbage), Has.Count.EqualTo(2));
        Assert.That(
            new[] { oldIngest, newIngest, train9, train7, stale, newest }.Select(each => Directory.Exists(each.Folder)),
            Is.EqualTo(new[] { true, true, true, false, false, true })
        );
    }

    [Test]
    public void What_another_run_uses_stays()
    {
        Artifact old = Make("ingest", "{\"k\":1}");
        Make("ingest", "{\"k\":2}");
        IReadOnlyList<Garbage> garbage = GarbageCollection.Find(store, null, keep: 1);
        using var reader = new ArtifactStore(store.Folder.Root);
        reader.Use(old);

        Assert.That(garbage, Has.Count.EqualTo(1));
        Assert.That(GarbageCollection.Find(store, null, keep: 1), Is.Empty);
        Assert.That(GarbageCollection.Remove(store, garbage), Is.Empty);
        Assert.That(Directory.Exists(old.Folder), Is.True);
    }

    [Test]
    public void What_a_kept_benchmark_was_made_from_stays_in_whatever_data_set_it_lies()
    {
        Artifact compared = Make("evaluate", "{\"k\":1}");
        Make("benchmarks", "quick", "{}", [new ArtifactInput("d/evaluate/BPR/9", compared.Key)]);
        Artifact newest = Make("evaluate", "{\"k\":2}");

        Assert.That(GarbageCollection.Find(store, null, keep: 1), Is.Empty);
        Assert.That(GarbageCollection.Find(store, "d", keep: 1), Is.Empty);
        Assert.That(
            GarbageCollection.Find(store, "d", keep: 0).Select(each => each.Path),
            Is.EquivalentTo(new[] { compared.Folder, newest.Folder }),
            "of the named data set only"
        );
    }

    [Test]
    public void The_newest_plan_of_every_sweep_stays_and_so_do_those_that_a_kept_report_shows()
    {
        Artifact earlier = Plan("one", "Earlier").Artifact;
        (Artifact shown, ArtifactInput input) = Plan("one", "Shown");
        Make("d", "report", "{}", [input]);
        Artifact one = Plan("one", "Newest").Artifact;
        Artifact two = Plan("two", "Two").Artifact;

        Assert.That(GarbageCollection.Find(store, null, keep: 1).Select(each => each.Path), Is.EqualTo(new[] { earlier.Folder }));
        Assert.That(new[] { shown, one, two }.Select(each => Directory.Exists(each.Folder)), Is.All.True);
    }

    [Test]
    public void A_copy_under_another_name_goes_as_what_is_damaged_does()
    {
        Artifact artifact = Make("ingest", "{}");
        Copy(artifact.Folder, artifact.Folder + ".bak");

        IReadOnlyList<Garbage> garbage = GarbageCollection.Find(store, null, keep: 1);

        Assert.That(garbage.Select(each => (each.Path, each.Why)), Is.EqualTo(new[] { (artifact.Folder + ".bak", "damaged") }));
        Assert.That(StoreCheck.Run(store, null, default).Faults, Has.Count.EqualTo(1));
        Assert.That(Lineage.Of(store, null, artifact.Key).Artifact!.Folder, Is.EqualTo(artifact.Folder));
    }

    [Test]
    public void Lineage_leads_from_an_artifact_to_the_raw_files()
    {
        Artifact ingest = Make("ingest", "{}");
        Artifact train = Make("train", "{\"seed\":9}", ingest);

        Lineage lineage = Lineage.Of(store, null, train.Key[..6]);

        Assert.That((lineage.Name, lineage.Key), Is.EqualTo(("train", train.Key)));
        Assert.That(lineage.Inputs.Single().Key, Is.EqualTo(ingest.Key));
        Assert.That(lineage.Inputs.Single().Inputs.Single().Key, Does.StartWith("sha256:"));
        Assert.That(() => Lineage.Of(store, null, "ffffffff"), Throws.InstanceOf<InputException>());
        Assert.That(() => Lineage.Of(store, null, ""), Throws.InstanceOf<InputException>());
    }

    [Test]
    public void Lineage_finds_what_reports_and_benchmarks_were_made_from()
    {
        Artifact evaluate = Make("evaluate", "{}");
        (Artifact plan, ArtifactInput sweep) = Plan("one", "One");
        Artifact report = Make("d", "report", "{}", [new ArtifactInput("evaluate/BPR/9", evaluate.Key), sweep]);
        var gone = new ArtifactInput("d/evaluate/BPR/7", new string('0', 16));
        Artifact page = Make("benchmarks", "quick", "{}", [new ArtifactInput("d/evaluate/BPR/9", evaluate.Key), gone]);

        Assert.That(
            Lineage.Of(store, null, report.Key).Inputs.Select(input => input.Artifact?.Folder),
            Is.EqualTo(new[] { evaluate.Folder, plan.Folder })
        );
        Assert.That(
            Lineage.Of(store, null, page.Key).Inputs.Select(input => input.Artifact?.Folder),
            Is.EqualTo(new[] { null, evaluate.Folder })
        );
    }

    [Test]
    public void Lineage_of_a_folder_without_a_manifest_is_told_as_a_check_tells_it()
    {
        Artifact artifact = Make("ingest", "{}");
        File.Delete(artifact.PathOf(Manifest.FileName));

        string fault = StoreCheck.Run(store, null, default).Faults.Single().Message;

        Assert.That(fault, Does.Contain($"{artifact.Folder} has no manifest.json"));
        Assert.That(() => Lineage.Of(store, null, artifact.Key), Throws.InstanceOf<InputException>().With.Message.EqualTo(fault));
    }

    [Test]
    public void Artifacts_move_between_stores_whole_and_once()
    {
        Artifact ingest = Make("ingest", "{}");
        Artifact train = Make("train", "{\"seed\":9}", ingest);
        using var remote = new LocalFolder(Path.Combine(root, "remote"));
        using var there = new ArtifactStore(Path.Combine(root, "there"));

        RemoteTransfer sent = new RemoteStore(store, remote, null).Push("d", default);
        RemoteTransfer again = new RemoteStore(store, remote, null).Push("d", default);
        RemoteTransfer fetched = new RemoteStore(there, remote, null).Pull("d", StoreWait.Silently);

        Assert.That((sent.Moved.Count, again.Moved.Count, again.Present, fetched.Moved.Count), Is.EqualTo((2, 0, 2, 2)));
        Artifact copy = there.Find("d", "train", train.Key)!;
        Assert.That(() => copy.Check(hashes: true), Throws.Nothing);
        Assert.That(
            File.ReadAllBytes(copy.PathOf(Manifest.FileName)),
            Is.EqualTo(File.ReadAllBytes(train.PathOf(Manifest.FileName)))
        );
    }

    [Test]
    public void A_damaged_artifact_is_neither_sent_nor_fetched()
    {
        Artifact good = Make("ingest", "{}");
        Artifact bad = Make("split", "{}");
        string text = bad.PathOf("text");
        string remoteFolder = Path.Combine(root, "remote");
        using var remote = new LocalFolder(remoteFolder);
        File.WriteAllText(text, "x");
        Assert.That(new RemoteStore(store, remote, null).Push("d", default).Refused, Has.Count.EqualTo(1));
        Assert.That(Directory.Exists(Path.Combine(remoteFolder, "d", "split")), Is.False);

        File.WriteAllText(Path.Combine(remoteFolder, "d", "ingest", good.Key, "text"), "?");
        using var there = new ArtifactStore(Path.Combine(root, "there"));
        RemoteTransfer fetched = new RemoteStore(there, remote, null).Pull("d", StoreWait.Silently);
        Assert.That((fetched.Moved.Count, fetched.Refused.Count), Is.EqualTo((0, 1)));
        Assert.That(there.Find("d", "ingest", good.Key), Is.Null);
    }

    [TestCase("ftp://host/x")]
    [TestCase("s3://")]
    public void A_place_that_is_no_store_is_told(string place) =>
        Assert.That(() => RemoteFolder.Open(place), Throws.InstanceOf<InputException>());

    private Artifact Make(string stage, string settings, params Artifact[] inputs) =>
        Make("d", stage, settings, [.. inputs.Select(input => new ArtifactInput(input.Manifest.Stage, input.Key))]);

    private Artifact Make(string dataset, string stage, string settings, ArtifactInput[] inputs)
    {
        ArtifactInput[] from = inputs.Length > 0 ? inputs : [new ArtifactInput("raw.csv", "sha256:" + new string('0', 64))];
        var identity = new ArtifactIdentity(dataset, stage, 1, settings, from);
        return store.GetOrBuild(identity, false, (area, _) => area.WriteText("text", settings), StoreWait.Silently).Artifact;
    }

    /// <summary>A sweep's plan as a run saves it, and the input by which a report names it.</summary>
    private (Artifact Artifact, ArtifactInput Input) Plan(string name, string title)
    {
        var plan = new SweepPlan(name, title, []);
        return (plan.Save("d", Environments.Of(store)), new ArtifactInput($"sweep/{name}", plan.Digest));
    }

    private static void Copy(string folder, string to)
    {
        foreach (string file in Directory.GetFiles(folder))
        {
            Directory.CreateDirectory(to);
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
