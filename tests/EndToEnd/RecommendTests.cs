using System.Text.Json.Nodes;
using CranePipeline.Tables;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Recommendations as files, and the scoring of lists that come as files.</summary>
public sealed class RecommendTests
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
    public void Every_user_gets_a_full_list_of_items_that_are_new_to_them()
    {
        string file = Path.Combine(workspace.Folder, "all.parquet");

        Outcome outcome = workspace.Run(workspace.Small("recommend", "-Output", file, "-Json", "-Set", "evaluate.topK=10"));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        string?[] users = Texts(file, "user");
        string?[] items = Texts(file, "item");
        double?[] scores = Values(file, "score", (values, row) => values.Number(row));
        HashSet<(string?, string?)> known = Known();
        Assert.Multiple(() =>
        {
            Assert.That(users.Distinct(), Is.EquivalentTo(RawIds("users")));
            Assert.That(users.Zip(items).Where(known.Contains), Is.Empty);
            Assert.That(users.GroupBy(user => user).Select(list => list.Count()), Is.All.EqualTo(10));
            Assert.That(Values(file, "rank", (values, row) => values.Integer(row))[..10], Is.EqualTo(Enumerable.Range(1, 10)));
            Assert.That(scores[..10], Is.Ordered.Descending);
            Assert.That(Texts(file, "title"), Has.Some.Not.Empty);
            Assert.That((int)outcome.Json()["rows"]!, Is.EqualTo(users.Length));
            Assert.That((int)outcome.Json()["coldUsers"]!, Is.EqualTo(RawIds("users").Length - TrainedUsers()));
        });
    }

    [Test]
    public void Formats_agree_and_csv_is_the_default()
    {
        string lines = Path.Combine(workspace.Folder, "all.jsonl");

        Outcome csv = workspace.Run(workspace.Small("recommend"));
        Outcome json = workspace.Run(workspace.Small("recommend", "-Output", lines));

        Assert.That((csv.ExitCode, json.ExitCode), Is.EqualTo((0, 0)), csv.Error + json.Error);
        string file = Path.Combine(workspace.Folder, "recommendations-sample.csv");
        Assert.That(csv.Output, Does.Contain(file));
        string[] rows = File.ReadAllLines(file);
        JsonNode[] objects = [.. File.ReadLines(lines).Select(line => JsonNode.Parse(line)!)];
        Assert.That(rows[0], Is.EqualTo("user,rank,item,score,cold,title"));
        Assert.That(rows, Has.Length.EqualTo(objects.Length + 1));
        Assert.That(
            rows.Skip(1).Select(row => string.Join(',', row.Split(',')[..3])),
            Is.EqualTo(objects.Select(row => $"{row["user"]},{row["rank"]},{row["item"]}"))
        );
    }

    [Test]
    public void Titles_are_there_whether_the_model_reads_features_or_not()
    {
        using var other = new Workspace();
        string file = Path.Combine(other.Folder, "all.parquet");

        Outcome outcome = other.Run(other.Small("recommend", "-Model", "bpr", "-Output", file));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(Texts(file, "title"), Has.Some.Not.Empty);
        Assert.That(Path.Combine(other.Store, "sample", "features"), Does.Not.Exist, "titles need no vectors");

        string[] elsewhere = ["-Set", "metadata=[{path: sample/nothing.gz}]", "-Output", file];
        Outcome without = other.Run(other.Small("recommend", ["-Model", "bpr", .. elsewhere]));

        Assert.That(without.ExitCode, Is.Zero, without.Error);
        Assert.That(without.Error, Does.Contain("titles are left empty").And.Contain("nothing.gz"));
        Assert.That(Texts(file, "title"), Is.All.Null.Or.Empty);
    }

    [Test]
    public void One_user_is_shown_as_a_table_too()
    {
        string user = RawIds("users")[3];
        string file = Path.Combine(workspace.Folder, "one.csv");

        Outcome outcome = workspace.Run(workspace.Small("recommend", "-User", user, "-Output", file));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        string[] lines = outcome.Output.Split('\n');
        Assert.That(lines[0], Does.Match("^user +rank +item +score +title$"));
        Assert.That(lines[1], Does.StartWith(user));
        Assert.That(File.ReadLines(file).Skip(1), Is.Not.Empty.And.All.StartsWith(user + ","));
    }

    [TestCase("-User", "nobody", "nobody is not among")]
    [TestCase("-Output", "list.xlsx", ".csv, .jsonl, .parquet or .feather")]
    public void What_cannot_be_done_is_told(string parameter, string value, string message)
    {
        Outcome outcome = workspace.Run(workspace.Small("recommend", parameter, value));

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain(message).And.Not.Contain("   at "));
    }

    [Test]
    public void Foreign_lists_are_scored_by_the_same_rules_without_training()
    {
        // The lists of the trained model, as a file of another program would have them.
        Recommendations lists = Recommendations.Read(Path.Combine(workspace.ArtifactOf("evaluate"), "recommendations.parquet"));
        string[] users = RawIds("users");
        string[] items = RawIds("items");
        string file = Path.Combine(workspace.Folder, "rankings.tsv");
        File.WriteAllLines(
            file,
            [
                "rank\tuser\titem",
                .. lists.Users.Select((user, row) => $"{lists.Ranks[row]}\t{users[user]}\t{items[lists.Items[row]]}"),
            ]
        );
        using var other = new Workspace();

        Outcome outcome = other.Run(other.Small("evaluate", "-Rankings", file, "-Json"));
        Outcome table = other.Run(other.Small("evaluate", "-Rankings", file));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(workspace.ArtifactOf("evaluate"), "metrics.json")))!;
        Assert.That(outcome.Json()["metrics"]!.ToJsonString(), Is.EqualTo(expected["test"]!.ToJsonString()));
        Assert.That((int)outcome.Json()["seeds"]![0]!["usersMissing"]!, Is.Zero);
        Assert.That(Directory.Exists(Path.Combine(other.Store, "sample", "train")), Is.False);
        Assert.That(table.Output, Does.Match(@"metric +@5 +@10 +@20 +@50\n").And.Match(@"\nrecall +0\.\d{4}"));
    }

    [Test]
    public void Rankings_without_evaluate_are_wrong_usage()
    {
        Outcome outcome = workspace.Run(workspace.Small("train", "-Rankings", "x.csv"));

        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("evaluate"));
    }

    private string[] RawIds(string table) =>
        Tables
            .RawIds.Read(
                Path.Combine(workspace.ArtifactOf("ingest"), table + ".parquet"),
                table == "users" ? IdKind.User : IdKind.Item
            )
            .Values;

    private int TrainedUsers() =>
        InteractionPairs.Read(Path.Combine(workspace.ArtifactOf("split"), "train.parquet")).Users.Distinct().Count();

    private static string?[] Texts(string file, string column) => Values(file, column, (values, row) => values.Text(row));

    private static T[] Values<T>(string file, string column, Func<ForeignValues, int, T> value)
    {
        using ForeignTable table = ForeignTable.Open(file);
        return
        [
            .. table
                .Batches([table.Require(column, "-")])
                .SelectMany(batch => Enumerable.Range(0, batch.RowCount).Select(row => value(batch.Columns[0], row)).ToList()),
        ];
    }

    private HashSet<(string?, string?)> Known()
    {
        var all = InteractionPairs.Read(Path.Combine(workspace.ArtifactOf("ingest"), "interactions.parquet"));
        string[] users = RawIds("users");
        string[] items = RawIds("items");
        return [.. all.Users.Zip(all.Items, (user, item) => ((string?)users[user], (string?)items[item]))];
    }
}
