using System.Text.Json.Nodes;
using CranePipeline.Tables;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Tables written for other programs, by the real program.</summary>
public sealed class ExportTests
{
    private Workspace workspace = null!;

    [OneTimeSetUp]
    public void Train()
    {
        workspace = new Workspace();
        Outcome outcome = workspace.Run(workspace.Small("evaluate"));
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
    }

    [OneTimeTearDown]
    public void Clean() => workspace.Dispose();

    [Test]
    public void Exported_recommendations_score_as_the_run_they_came_from()
    {
        string file = Export("recommendations", "feather", "lists.feather");

        Outcome scored = workspace.Run(workspace.Small("evaluate", "-Rankings", file, "-Json"));

        Assert.That(scored.ExitCode, Is.Zero, scored.Error);
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.ArtifactOf("evaluate"), "metrics.json")))!;
        Assert.That(scored.Json()["metrics"]!.ToJsonString(), Is.EqualTo(expected["test"]!.ToJsonString()));
    }

    [Test]
    public void Embeddings_and_features_are_those_of_the_artifacts()
    {
        string embeddings = Export("embeddings", "parquet", "embeddings.parquet");
        string array = Export("features", "npy", "visual.npy", "-Modality", "visual");
        string features = Path.Combine(workspace.ArtifactOf("features"), "visual.parquet");

        using ForeignTable table = ForeignTable.Open(embeddings);
        Assert.That(table.Columns.Select(column => column.Name), Is.EqualTo(new[] { "kind", "id", "embedding" }));
        var users = Embeddings.Read(Path.Combine(workspace.ArtifactOf("train"), "user_embeddings.parquet"), IdKind.User);
        var vector = new float[users.Width];
        foreach (ForeignBatch batch in table.Batches([0, 2]).Take(1))
        {
            batch.Columns[1].Vector(3, vector);
            Assert.That(batch.Columns[0].Text(3), Is.EqualTo("user"));
        }

        Assert.That(vector, Is.EqualTo(users.Values[(3 * users.Width)..(4 * users.Width)]));

        Assert.That(NpyFile.Read(array).Values, Is.EqualTo(FeatureTable.Read(features).Values));
        Assert.That(
            File.ReadAllLines(Path.ChangeExtension(array, null) + ".items.txt"),
            Is.EqualTo(RawIds.Read(Path.Combine(workspace.ArtifactOf("ingest"), "items.parquet"), IdKind.Item).Values)
        );
    }

    [Test]
    public void Interactions_name_the_part_each_is_in()
    {
        string[] lines = File.ReadAllLines(Export("interactions", "csv", "interactions.csv"));
        string test = Path.Combine(workspace.ArtifactOf("split"), "test.parquet");

        Assert.That(lines[0], Is.EqualTo("user,item,rating,timestamp,part"));
        Assert.That(
            lines.Count(line => line.EndsWith(",test", StringComparison.Ordinal)),
            Is.EqualTo(InteractionPairs.Read(test).Count)
        );
    }

    [TestCase(2, "-Table", "embeddings")]
    [TestCase(2, "-Output", "x.csv")]
    [TestCase(2, "-Table", "nothing", "-Output", "x.csv")]
    [TestCase(1, "-Table", "features", "-Output", "x.csv")]
    [TestCase(1, "-Table", "features", "-Modality", "smell", "-Output", "x.csv")]
    public void What_cannot_be_exported_is_told(int exitCode, params string[] parameters)
    {
        Outcome outcome = workspace.Run(workspace.Small("export", parameters));

        Assert.That(outcome.ExitCode, Is.EqualTo(exitCode), outcome.Error);
        Assert.That(outcome.Error, Is.Not.Empty.And.Not.Contain("   at "));
    }

    private string Export(string table, string format, string name, params string[] more)
    {
        string file = Path.Combine(workspace.Folder, name);
        Outcome outcome = workspace.Run(
            workspace.Small("export", ["-Table", table, "-Format", format, "-Output", file, .. more])
        );
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        return file;
    }
}
