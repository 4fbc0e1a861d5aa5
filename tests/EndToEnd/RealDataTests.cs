using System.Text.Json.Nodes;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Published data sets give their published counts. Skipped where the files are not at hand.</summary>
public sealed class RealDataTests
{
    private Workspace workspace = null!;
    private string data = null!;

    [SetUp]
    public void Open()
    {
        data = Workspace.RequireSharedData();
        workspace = new Workspace();
    }

    [TearDown]
    public void Close() => workspace?.Dispose();

    [TestCase("digital-music", 428, 284, 3390)]
    [TestCase("tiktok", 9308, 6710, 68722)]
    [TestCase("baby-mmrec", 19445, 7050, 160792)]
    [TestCase("sports-mmrec", 35598, 18357, 296337)]
    [TestCase("clothing-mmrec", 39387, 23033, 278677)]
    public void Ingest_gives_the_known_counts(string dataset, int users, int items, int interactions)
    {
        Outcome outcome = workspace.Run("-Stage", "ingest", "-Dataset", dataset, "-Data", data);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        JsonNode statistics = JsonNode.Parse(File.ReadAllText(Single("statistics.json")))!;
        Assert.That((int)statistics["users"]!, Is.EqualTo(users));
        Assert.That((int)statistics["items"]!, Is.EqualTo(items));
        Assert.That((int)statistics["interactions"]!, Is.EqualTo(interactions));
    }

    [Test]
    public void The_labels_of_tiktok_give_its_published_split()
    {
        Outcome outcome = workspace.Run("-Stage", "split", "-Dataset", "tiktok", "-Seed", "9", "-Data", data);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        JsonNode manifest = JsonNode.Parse(
            File.ReadAllText(
                Directory
                    .GetFiles(Path.Combine(workspace.Store, "tiktok", "split"), "manifest.json", SearchOption.AllDirectories)
                    .Single()
            )
        )!;
        Assert.That((int)manifest["metrics"]!["train"]!, Is.EqualTo(59541));
        Assert.That((int)manifest["metrics"]!["valid"]!, Is.EqualTo(3051));
        Assert.That((int)manifest["metrics"]!["test"]!, Is.EqualTo(6130));
    }

    [Test]
    public void Albums_are_near_their_artists_other_albums_and_not_near_those_with_the_same_shop_text()
    {
        Outcome outcome = workspace.Run(
            "-Stage",
            "candidates",
            "-Dataset",
            "digital-music",
            "-Seed",
            "9",
            "-Data",
            data,
            "-Set",
            "modalities.textual.encoder=hashed"
        );

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        JsonNode text = JsonNode.Parse(File.ReadAllText(Single("quality.json")))![0]!;
        JsonNode dropped = text["features"]!["boilerplate"]!;
        Assert.That(((int)dropped["items"]!, (int)dropped["words"]!), Is.EqualTo((12, 166)));
        Assert.That((string)dropped["passages"]![1]!["text"]!, Does.StartWith("No Description Available"));
        Assert.That(Nearest(text, "Krs-One")[0], Is.EqualTo("I Got Next"));
        Assert.That(Nearest(text, "Great Radio Controversy")[0], Is.EqualTo("Mechanical Resonance"));
        Assert.That(
            Nearest(text, "So Long So Wrong")[..4],
            Is.EquivalentTo([
                "Too Late to Cry",
                "Now That I've Found You: Collection",
                "Two Highways",
                "I've Got That Old Feeling",
            ])
        );
    }

    [TestCase("ingest", "ingest.interactions=[{path: amazon2014/reviews_Digital_Music_5.truncated.json.gz}]", "reviews")]
    [TestCase("features", "metadata=[{path: amazon2014/meta_Digital_Music.truncated.json.gz}]", "meta")]
    public void A_truncated_archive_is_named_with_its_offset_and_nothing_is_written(string stage, string setting, string file)
    {
        Outcome outcome = workspace.Run("-Stage", stage, "-Dataset", "digital-music", "-Data", data, "-Set", setting);

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain($"{file}_Digital_Music").And.Contain("1000000"));
        Assert.That(Directory.Exists(Path.Combine(workspace.Store, "digital-music", stage)), Is.False);
        string staging = Path.Combine(workspace.Store, ".staging");
        Assert.That(Directory.Exists(staging) ? Directory.GetFileSystemEntries(staging) : [], Is.Empty);
    }

    private static string[] Nearest(JsonNode modality, string title) =>
        [
            .. modality["examples"]!.AsArray().Single(example => (string)example!["item"]!["title"]! == title)!["neighbours"]!
                .AsArray()
                .Select(neighbour => (string)neighbour!["item"]!["title"]!),
        ];

    private string Single(string name) => Directory.GetFiles(workspace.Store, name, SearchOption.AllDirectories).Single();
}
