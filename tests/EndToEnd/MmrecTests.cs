using System.Text.Json.Nodes;
using CranePipeline.Tables;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Out to the MMRec toolbox's layout and back.</summary>
public sealed class MmrecTests
{
    private Workspace workspace = null!;
    private string exported = null!;

    [OneTimeSetUp]
    public void Export()
    {
        workspace = new Workspace();
        workspace.CopyConf();
        exported = Path.Combine(workspace.Folder, "exported");
        Outcome outcome = workspace.Run(workspace.Small("export-mmrec", "-Output", exported));
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Outcome import = workspace.Run("-Stage", "import-mmrec", "-Data", exported, "-Dataset", "back");
        Assert.That(import.ExitCode, Is.Zero, import.Error);
    }

    [OneTimeTearDown]
    public void Clean() => workspace.Dispose();

    [Test]
    public void What_is_exported_comes_back_with_the_same_counts_and_split()
    {
        Outcome outcome = workspace.Run("-Stage", "train", "-Dataset", "back", "-Seed", "9", "-Set", "train.epochs=1", "-Json");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        JsonNode before = Statistics("sample");
        JsonNode after = Statistics("back");
        foreach (string count in new[] { "users", "items", "interactions" })
        {
            Assert.That((int)after[count]!, Is.EqualTo((int)before[count]!), count);
        }

        foreach (string part in new[] { "train", "valid", "test" })
        {
            Assert.That(Pairs("back", part), Is.EquivalentTo(Pairs("sample", part)), part);
        }
    }

    [Test]
    public void An_import_does_not_overwrite_without_force()
    {
        Outcome refused = workspace.Run("-Stage", "import-mmrec", "-Data", exported, "-Dataset", "back");
        Outcome forced = workspace.Run("-Stage", "import-mmrec", "-Data", exported, "-Dataset", "back", "-Force");

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("-Force"));
        Assert.That(forced.ExitCode, Is.Zero, forced.Error);
    }

    [Test]
    public void An_export_does_not_write_into_a_folder_in_use()
    {
        Outcome refused = workspace.Run(workspace.Small("export-mmrec", "-Output", exported));

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain("not empty"));
    }

    private JsonNode Statistics(string dataset) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.ArtifactOf("ingest", dataset), "statistics.json")))!;

    /// <summary>The pairs of a part, by the raw ids of the sample.</summary>
    private List<(string, string)> Pairs(string dataset, string part)
    {
        string[] users = RawIds(dataset, "users");
        string[] items = RawIds(dataset, "items");
        var pairs = InteractionPairs.Read(Path.Combine(workspace.ArtifactOf("split", dataset), part + ".parquet"));
        return [.. pairs.Users.Zip(pairs.Items, (user, item) => (users[user], items[item]))];
    }

    private string[] RawIds(string dataset, string table)
    {
        string path = Path.Combine(workspace.ArtifactOf("ingest", dataset), table + ".parquet");
        string[] ids = Tables.RawIds.Read(path, table == "users" ? IdKind.User : IdKind.Item).Values;
        if (dataset == "sample")
        {
            return ids;
        }

        // What MMRec knows is the number; the exported map has its raw id.
        string[] map = [.. File.ReadLines(Path.Combine(exported, $"{table[0]}_id_mapping.csv")).Skip(1)];
        return [.. ids.Select(id => map[int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)].Split('\t')[0])];
    }
}
