using CranePipeline.SampleData.Tests;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests;

/// <summary>The plan's text for each kind of source and split, word for word: a change of a rule is seen as a change of its SQL.</summary>
public sealed class PlanTextTests
{
    private const string Review2014 =
        """{"reviewerID": "A1", "asin": "B1", "overall": 5.0, "unixReviewTime": 1300000000, "reviewTime": "03 13, 2011"}""";
    private const string Review2023 =
        """{"rating": 5.0, "asin": "B1", "parent_asin": "B2", "user_id": "A1", "timestamp": 1300000000000}""";
    private ScratchFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new ScratchFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [TestCase("reviews2014", Review2014, SplitMethod.Random)]
    [TestCase("reviews2023", Review2023, SplitMethod.LeaveOneOut)]
    [TestCase("ratings2014", "A1ABCDEFGHIJK,B123456789,5.0,1300000000", SplitMethod.UserTime)]
    [TestCase("inter", "userID\titemID\trating\ttimestamp\tx_label\n1\t2\t5\t1300000000\t0", SplitMethod.Labels)]
    [TestCase("columns", "when,who,what\n1300000000,\"a, b\",c", SplitMethod.GlobalTime)]
    public void The_plan_is_as_it_was(string name, string content, SplitMethod method)
    {
        File.WriteAllText(folder.File("raw.txt"), content);
        ColumnMap? columns =
            name == "columns"
                ? new ColumnMap
                {
                    User = "who",
                    Item = "what",
                    Timestamp = "when",
                }
                : null;
        IngestOptions options = new()
        {
            Interactions = [new InteractionSource { Path = "raw.txt", Columns = columns }],
            Iterate = name != "inter",
        };

        string text = SparkPlan
            .Text(options, new SplitOptions { Method = method }, seed: 9, new SparkData(folder.Path))
            .Replace(folder.Path, "/data/raw", StringComparison.Ordinal);

        string actual = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{name}.sql");
        File.WriteAllText(actual, text);
        string pinned = Path.Combine(TestContext.CurrentContext.TestDirectory, "Plans", $"{name}.sql");
        Assert.That(
            File.Exists(pinned) ? File.ReadAllText(pinned) : "",
            Is.EqualTo(text),
            $"what the plan is now stands in {actual}"
        );
    }

    [Test]
    public void Every_statement_is_a_plain_one()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(TestContext.CurrentContext.TestDirectory, "Plans")))
        {
            string[] statements = File.ReadAllText(file)
                .Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            IEnumerable<string> beginnings = statements.Select(statement =>
                statement.Split('\n').First(line => !line.StartsWith("--", StringComparison.Ordinal))
            );
            Assert.That(
                beginnings,
                Is.All.Match(
                    "^(SELECT |CREATE TABLE crane_\\w+ USING parquet AS$|CREATE OR REPLACE TEMPORARY VIEW crane_\\w+ (AS|USING text ))"
                ),
                file
            );
        }
    }

    [Test]
    public void Files_on_the_cluster_need_a_format_or_a_server_to_ask()
    {
        SparkData data = new(folder.Path, "s3a://bucket/raw");
        InteractionSource source = new() { Path = "reviews/*.jsonl.gz" };
        string Text(InteractionSource one) =>
            SparkPlan.Text(new IngestOptions { Interactions = [one] }, new SplitOptions(), seed: 9, data);

        Assert.That(() => Text(source), Throws.TypeOf<InputException>().With.Message.Contains("say its format"));
        Assert.That(
            Text(source with { Format = InteractionFormat.AmazonReviews2023 }),
            Does.Contain("OPTIONS (path 's3a://bucket/raw/reviews/*.jsonl.gz', lineSep '\\n')")
        );
        Assert.That(
            () => Text(source with { Path = "**/a", Format = InteractionFormat.AmazonReviews }),
            Throws.TypeOf<InputException>().With.Message.Contains("Spark knows no **")
        );
    }

    [TestCase("raw.json.gz", "{}", "is not compressed, and Spark goes by its name")]
    [TestCase("raw.json", "\u001f\u008b\b\0", "is compressed (.gz), and Spark goes by its name")]
    public void A_name_that_misleads_Spark_is_told(string name, string content, string reason)
    {
        File.WriteAllBytes(folder.File(name), System.Text.Encoding.Latin1.GetBytes(content));
        IngestOptions options = new() { Interactions = [new InteractionSource { Path = name }] };
        Assert.That(
            () => SparkPlan.Text(options, new SplitOptions(), seed: 9, new SparkData(folder.Path)),
            Throws.TypeOf<InputException>().With.Message.Contains(reason)
        );
    }

    [Test]
    public void What_only_the_local_engine_reads_is_told()
    {
        InteractionSource source = new() { Path = "train.json", UserIdMap = "users.txt" };
        Assert.That(
            () =>
                SparkPlan.Text(new IngestOptions { Interactions = [source] }, new SplitOptions(), 9, new SparkData(folder.Path)),
            Throws.TypeOf<InputException>().With.Message.Contains("use -Engine local")
        );
    }
}
