using System.Text.Json.Nodes;
using CranePipeline.Tables;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>
/// Data sets that are too small or split too badly for what is asked of them: never a stack trace, never a figure that is not one.
/// </summary>
public sealed class DegenerateDataTests
{
    private Workspace workspace = null!;

    [SetUp]
    public void Open()
    {
        workspace = new Workspace();
        workspace.CopyConf();
    }

    [TearDown]
    public void Close() => workspace.Dispose();

    [TestCase(40, "5, 10, 20, 50", "50")]
    [TestCase(7, "5, 10, 20, 50", "10, 20, 50")]
    [TestCase(40, "10, 500", "500")]
    public void Fewer_items_than_a_cutoff_end_in_a_report(int items, string cutoffs, string above)
    {
        // As ../shared/data/cases/small-shop: every default, 200 customers, few items.
        Write(
            "shop.csv",
            "customer,sku",
            Enumerable
                .Range(0, 200)
                .SelectMany(user => Enumerable.Range(0, 6).Select(n => $"C{user},S{((user * 5) + n) % items}"))
        );
        Outcome outcome = Run(
            "ingest: { interactions: [ { path: shop.csv, columns: { user: customer, item: sku } } ] }\nseeds: [9, 672]",
            "-Set",
            $"evaluate.cutoffs=[{cutoffs}]"
        );

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        string[] told = [.. outcome.Error.Split('\n').Where(line => line.Contains("there are only", StringComparison.Ordinal))];
        Assert.That(told, Has.Length.EqualTo(1), outcome.Error);
        Assert.That(told[0], Does.Contain($"only {items} items").And.Contain($" {above} "));
        Assert.That(Report("report.html"), Does.Contain($"There are only {items} items"));
        Assert.That(
            (double)Metrics("test")[$"recall@{cutoffs.Split(", ")[^1]}"]!,
            Is.EqualTo(1).Within(1e-9),
            "every list holds every item"
        );
    }

    [TestCase("2", "the part has no interactions")]
    [TestCase("cold", "has a training interaction")]
    public void Nobody_to_score_has_no_metrics_and_is_told(string lacking, string reason)
    {
        // As ../shared/data/cases/empty-test and cold-test.
        IEnumerable<string> Rows()
        {
            for (int user = 0; user < 30; user++)
            {
                for (int n = 0; n < 6; n++)
                {
                    string label = n == 5 ? "1" : "0";
                    yield return $"u{user}\ti{((user * 3) + (n * 4)) % 25}\t{label}";
                }

                if (lacking == "cold")
                {
                    yield return $"new{user}\ti{user % 25}\t2";
                }
            }
        }

        Write("x.inter", "userID\titemID\tx_label", Rows());
        const string Settings = """
            ingest: { interactions: [ { path: x.inter } ], minUserInteractions: 0, minItemInteractions: 0 }
            split: { method: labels }
            seeds: [9, 672]
            """;
        Outcome outcome = Run(Settings);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Error, Does.Contain("no user to score").And.Contain(reason));
        Assert.That(Metrics("test"), Has.Count.GreaterThan(20));
        Assert.That(Metrics("test").Select(metric => metric.Value), Is.All.Null);
        Assert.That((double)Metrics("valid")["recall@20"]!, Is.Positive);
        Assert.That(Report("table.md"), Does.Contain("| LightGCN | 2 | – | – | – | – |").And.Contain(reason));
        Assert.That(Report("report.html"), Does.Contain(reason).And.Not.Contain(">NaN<"));
    }

    [Test]
    public void Vectors_of_zeros_are_told_with_their_number()
    {
        Write("shop.csv", "user_id,item_id", Enumerable.Range(0, 200).Select(n => $"u{n / 5},{n * 7 % 20}"));
        float[] vectors = [.. Enumerable.Range(0, 20 * 3).Select(value => value is < 6 or >= 57 ? 0 : MathF.Sin(value))];
        NpyFile.Write(Path.Combine(workspace.Data, "v.npy"), 20, 3, vectors);
        Outcome outcome = RunStage(
            "features",
            "ingest: { interactions: [ { path: shop.csv } ] }\nmodalities: { visual: { source: npy, path: v.npy } }"
        );

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Error, Does.Contain("modality visual: 3 of 20 vectors are zero, that of item '0' first"));
    }

    private Outcome Run(string settings, params string[] more) => RunStage("all", settings, more);

    private Outcome RunStage(string stage, string settings, params string[] more)
    {
        File.WriteAllText(Path.Combine(workspace.Conf, "datasets", "awkward.yaml"), $"name: awkward\n{settings}\n");
        return workspace.Run([
            "-Stage",
            stage,
            "-Dataset",
            "awkward",
            "-Model",
            "lightgcn",
            "-Data",
            workspace.Data,
            "-Set",
            "train.epochs=2",
            .. more,
        ]);
    }

    private void Write(string name, string heading, IEnumerable<string> rows)
    {
        Directory.CreateDirectory(workspace.Data);
        File.WriteAllLines(Path.Combine(workspace.Data, name), [heading, .. rows]);
    }

    private JsonObject Metrics(string part)
    {
        string folder = Directory.GetDirectories(Path.Combine(workspace.Store, "awkward", "evaluate"))[0];
        return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "metrics.json")))![part]!.AsObject();
    }

    private string Report(string file) => File.ReadAllText(Path.Combine(workspace.ArtifactOf("report", "awkward"), file));
}
