using CranePipeline.Store;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

/// <summary>What has changed on the disk since it was written is told, with its path.</summary>
public sealed class ArtifactDamageTests : StoreFixture
{
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
                .And.Message.Contains($"; remove the folder {artifact.Folder}, and the command that made it makes it again")
        );
    }

    [TestCase("\"version\": 1", "\"version\": 2")]
    [TestCase("\"rows\": 3", "\"rows\": 4")]
    [TestCase("\"digest\"", "\"digset\"")]
    [TestCase("table.parquet", "../x.parquet")]
    public void An_edited_manifest_is_told(string before, string after)
    {
        int made = 0;
        Artifact artifact = Build(new ArtifactStore(Root), Identity(), staging => Write(staging, ref made)).Artifact;
        string path = artifact.PathOf(Manifest.FileName);
        string text = File.ReadAllText(path);
        Assert.That(text, Does.Contain(before));
        File.WriteAllText(path, text.Replace(before, after, StringComparison.Ordinal));

        Assert.That(
            () => new ArtifactStore(Root).Find(Identity()),
            Throws.InstanceOf<InputException>().With.Message.Contains(path)
        );
        Assert.That(StoreCheck.Run(new ArtifactStore(Root), null, default).Faults, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_damaged_artifact_is_passed_over_in_a_list_and_replaced_by_force()
    {
        File.WriteAllText(BuildText().PathOf(Manifest.FileName), "{");
        var warnings = new List<string>();
        var store = new ArtifactStore(Root) { Warn = warnings.Add };

        Assert.That(store.List("d", "s"), Is.Empty);
        Assert.That(warnings, Has.Count.EqualTo(1));
        Artifact made = store
            .GetOrBuild(Identity(), true, (staging, _) => staging.WriteText("text", "new"), StoreWait.Silently)
            .Artifact;
        Assert.That(File.ReadAllText(made.PathOf("text")), Is.EqualTo("new"));
    }

    [Test]
    public void A_raw_file_that_rots_is_told_though_size_and_time_are_the_same()
    {
        string raw = Path.Combine(Root, "raw.csv");
        File.WriteAllText(raw, "a,b");
        DateTime time = File.GetLastWriteTimeUtc(raw);
        new ContentHashes(Root).Of(raw, null, default);
        File.WriteAllText(raw, "a,c");
        File.SetLastWriteTimeUtc(raw, time);

        var later = new ContentHashes(Root);
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
            () => new ArtifactStore(Root).Find(Identity()),
            Throws.InstanceOf<InputException>().With.Message.Contains(Manifest.FileName)
        );
    }

    [Test]
    public void Hashes_are_remembered_until_the_file_changes()
    {
        string raw = Path.Combine(Root, "raw.csv");
        File.WriteAllText(raw, "a,b");
        string before = new ContentHashes(Root).Of(raw, null, default);

        Assert.That(new ContentHashes(Root).Of(raw, null, default), Is.EqualTo(before));
        File.WriteAllText(raw, "a,b,c");
        Assert.That(new ContentHashes(Root).Of(raw, null, default), Is.Not.EqualTo(before));
    }

    [Test]
    public void A_lost_memory_of_hashes_costs_only_time()
    {
        string raw = Path.Combine(Root, "raw.csv");
        File.WriteAllText(raw, "a,b");
        string before = new ContentHashes(Root).Of(raw, null, default);
        File.WriteAllText(Path.Combine(Root, ".hashes.json"), "{\"cut");

        Assert.That(new ContentHashes(Root).Of(raw, null, default), Is.EqualTo(before));
    }
}
