namespace CranePipeline.EndToEnd.Tests;

/// <summary>What the program says and prints for -Engine spark without a cluster.</summary>
public sealed class SparkTests
{
    [Test]
    public void The_plan_is_printed_without_a_cluster()
    {
        using var workspace = new Workspace();

        Outcome outcome = workspace.Run(workspace.Small("plan", "-Engine", "spark"));

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.StartWith("-- open file://").And.Contain("CREATE TABLE crane_split USING parquet AS"));
        Assert.That(Directory.Exists(Path.Combine(workspace.Store, "sample")), Is.False, "nothing is made");
    }

    [Test]
    public void The_plan_of_Digital_Music_is_the_documented_one()
    {
        string data = Workspace.RequireSharedData();
        using var workspace = new Workspace();

        Outcome outcome = workspace.Run("-Stage", "plan", "-Engine", "spark", "-Dataset", "digital-music", "-Data", data);

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        string documented = File.ReadAllText(Path.Combine(Workspace.Repository, "tests/Ingest.Spark/Plans/reviews2014.sql"));
        Assert.That(
            outcome
                .Output.ReplaceLineEndings("\n")
                .Replace($"file://{data}/", "file:///data/raw/", StringComparison.Ordinal)
                .Replace("amazon2014/reviews_Digital_Music_5.json.gz", "raw.txt", StringComparison.Ordinal),
            Is.EqualTo(documented)
        );
    }

    [TestCase(1, "needs the address of a Spark Connect server", "-Engine", "spark")]
    [TestCase(1, "no Spark Connect address", "-Engine", "spark", "-Spark", "spark://host:7077")]
    [TestCase(2, "-Spark is the address for -Engine spark", "-Spark", "sc://host")]
    public void What_is_missing_is_told_in_a_line(int exitCode, string reason, params string[] arguments)
    {
        using var workspace = new Workspace();

        Outcome outcome = workspace.Run(workspace.Small("ingest", arguments));

        Assert.That(outcome.ExitCode, Is.EqualTo(exitCode), outcome.Error);
        Assert.That(outcome.Error, Does.Contain("error: ").And.Contain(reason));
        Assert.That(outcome.Error.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }
}
