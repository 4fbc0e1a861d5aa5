using System.Text.Json.Nodes;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>The main job on the generated sample, through the real program.</summary>
public sealed class SampleTests
{
    private static readonly string[] AllStages =
    [
        "download",
        "ingest",
        "split",
        "features",
        "candidates",
        "train",
        "evaluate",
        "report",
    ];

    private Workspace workspace = null!;
    private Outcome first = null!;

    [OneTimeSetUp]
    public void RunOnce()
    {
        workspace = new Workspace();
        first = Run();
    }

    [OneTimeTearDown]
    public void Clean() => workspace.Dispose();

    [Test]
    public void The_first_run_builds_every_stage()
    {
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        Assert.That(first.States().Keys, Is.EqualTo(AllStages));
        Assert.That(first.States().Values, Is.All.EqualTo("built"));
    }

    [Test]
    public void The_summary_has_training_and_metrics()
    {
        JsonNode json = first.Json();

        Assert.Multiple(() =>
        {
            Assert.That((string?)json["dataset"], Is.EqualTo("sample"));
            Assert.That((int)json["train"]!["epochs"]!, Is.EqualTo(2));
            Assert.That((int)json["train"]!["bestEpoch"]!, Is.InRange(1, 2));
            Assert.That((double)json["train"]!["epochSeconds"]!, Is.Positive);
            Assert.That((double)json["train"]!["peakMemoryMB"]!, Is.Positive);
            foreach (string metric in new[] { "recall", "ndcg", "precision", "map" })
            {
                foreach (int cutoff in new[] { 5, 10, 20, 50 })
                {
                    Assert.That((double)json["metrics"]![$"{metric}@{cutoff}"]!, Is.GreaterThan(0).And.LessThan(1));
                }
            }
        });
    }

    [Test]
    public void A_second_run_finds_everything_fresh_and_changes_nothing()
    {
        IReadOnlyDictionary<string, string> before = workspace.ArtifactFiles();

        Outcome second = Run();

        Assert.That(second.ExitCode, Is.Zero, second.Error);
        Assert.That(second.States().Values, Is.All.EqualTo("fresh"));
        Assert.That(second.Json()["metrics"]!.ToJsonString(), Is.EqualTo(first.Json()["metrics"]!.ToJsonString()));
        Assert.That(workspace.ArtifactFiles(), Is.EqualTo(before));
    }

    [Test]
    public void Another_training_seed_rebuilds_training_and_what_follows_only()
    {
        Outcome outcome = Run("-Set", "train.seed=77");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        IReadOnlyDictionary<string, string> states = outcome.States();
        Assert.That(AllStages.Where(stage => states[stage] == "built"), Is.EqualTo(new[] { "train", "evaluate", "report" }));
        Assert.That(AllStages.Where(stage => states[stage] == "fresh"), Has.Exactly(5).Items);
    }

    [Test]
    public void More_epochs_go_on_from_fewer_unless_training_is_forced()
    {
        string[] longer = [.. Arguments(workspace, "train"), "-Set", "train.epochs=4"];

        Outcome outcome = workspace.Run(longer);
        IReadOnlyDictionary<string, string> goneOn = workspace.ArtifactFiles();
        Outcome forced = workspace.Run([.. longer, "-Force"]);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
            Assert.That(
                outcome.Error,
                Does.Contain("goes on from").And.Contain("2 epochs are there already").And.Contain("epoch 4:")
            );
            Assert.That(outcome.Error, Does.Not.Contain("epoch 2:"), "what was trained before is not told again");
            Assert.That((int)outcome.Json()["train"]!["epochs"]!, Is.EqualTo(4));
            Assert.That(forced.ExitCode, Is.Zero, forced.Error);
            Assert.That(forced.Error, Does.Not.Contain("goes on from"));
            Assert.That(workspace.ArtifactFiles(), Is.EqualTo(goneOn), "the same bytes either way");
        });
    }

    [Test]
    public void Threads_do_not_change_a_byte()
    {
        using var other = new Workspace();

        Outcome outcome = Run(other, "-Threads", "1");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        IReadOnlyDictionary<string, string> expected = workspace.ArtifactFiles();
        foreach ((string file, string hash) in other.ArtifactFiles())
        {
            Assert.That(expected[file], Is.EqualTo(hash), file);
        }
    }

    [Test]
    public void Force_builds_the_named_stage_again()
    {
        Outcome outcome = workspace.Run([.. Arguments(workspace, "split"), "-Force"]);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.States(), Is.EqualTo(new Dictionary<string, string> { ["split"] = "built" }));
    }

    [Test]
    public void A_damaged_artifact_is_reported_with_its_path_and_rebuilt_only_on_request()
    {
        using var damaged = new Workspace();
        Assert.That(damaged.Run(Arguments(damaged, "ingest")).ExitCode, Is.Zero);
        string table = Directory.GetFiles(damaged.Store, "interactions.parquet", SearchOption.AllDirectories).Single();
        byte[] whole = File.ReadAllBytes(table);
        File.WriteAllBytes(table, whole[..^1]);

        Outcome refused = damaged.Run(Arguments(damaged, "split"));
        Outcome repaired = damaged.Run([.. Arguments(damaged, "ingest"), "-Force"]);

        Assert.That(refused.ExitCode, Is.EqualTo(1));
        Assert.That(refused.Error, Does.Contain(table).And.Contain("remove the folder"));
        Assert.That(repaired.ExitCode, Is.Zero, repaired.Error);
        Assert.That(File.ReadAllBytes(table), Is.EqualTo(whole));
    }

    [Test]
    public void Verify_finds_a_change_that_keeps_the_size()
    {
        using var damaged = new Workspace();
        Assert.That(damaged.Run(Arguments(damaged, "ingest")).ExitCode, Is.Zero);
        string table = Directory.GetFiles(damaged.Store, "interactions.parquet", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(table);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(table, bytes);

        Outcome verified = damaged.Run([.. Arguments(damaged, "ingest"), "-Verify"]);

        Assert.That(verified.ExitCode, Is.EqualTo(1));
        Assert.That(verified.Error, Does.Contain(table));
    }

    [Test]
    public void Status_tells_what_a_change_would_rebuild()
    {
        Outcome status = workspace.Run([.. Arguments(workspace, "status"), "-Set", "train.rounds=2"]);

        Assert.That(status.ExitCode, Is.EqualTo(4), status.Error);
        JsonNode train = status.Json().AsArray().Single(node => (string)node!["stage"]! == "train")!;
        Assert.That((string)train["state"]!, Is.EqualTo("stale"));
        Assert.That((string)train["why"]!, Does.Contain("rounds 3 → 2"));
    }

    [Test]
    public void Every_table_and_the_report_are_there()
    {
        string[] names =
        [
            .. workspace
                .ArtifactFiles()
                .Keys.Select(file => string.Join('/', file.Split('/')[1], file.Split('/')[^1]))
                .Distinct(),
        ];

        Assert.That(
            names,
            Is.SupersetOf(
                new[]
                {
                    "ingest/interactions.parquet",
                    "ingest/users.parquet",
                    "ingest/items.parquet",
                    "ingest/statistics.json",
                    "ingest/quarantine.jsonl",
                    "split/train.parquet",
                    "split/valid.parquet",
                    "split/test.parquet",
                    "features/textual.parquet",
                    "features/visual.parquet",
                    "candidates/candidates.parquet",
                    "train/user_embeddings.parquet",
                    "train/item_embeddings.parquet",
                    "train/history.parquet",
                    "evaluate/metrics.json",
                    "evaluate/ranks.parquet",
                    "evaluate/recommendations.parquet",
                }
            )
        );
        string report = Directory.GetFiles(
            Path.Combine(workspace.Store, "sample", "report"),
            "report.html",
            SearchOption.AllDirectories
        )[0];
        Assert.That(File.ReadAllText(report), Does.Contain("Recall@20"));
    }

    private Outcome Run(params string[] more) => Run(workspace, more);

    private static Outcome Run(Workspace where, params string[] more) => where.Run([.. Arguments(where, "all"), .. more]);

    private static string[] Arguments(Workspace where, string stages) =>
        ["-Stage", stages, "-Dataset", "sample", "-Seed", "9", "-Data", where.Data, "-Set", "train.epochs=2", "-Json"];
}
