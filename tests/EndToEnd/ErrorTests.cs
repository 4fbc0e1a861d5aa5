namespace CranePipeline.EndToEnd.Tests;

/// <summary>What goes wrong is told in one line, with the exit code that says whose fault it is.</summary>
public sealed class ErrorTests
{
    private Workspace workspace = null!;

    [SetUp]
    public void Open() => workspace = new Workspace();

    [TearDown]
    public void Close() => workspace.Dispose();

    [TestCase("-Stage", "trian", "-Dataset", "sample", "train")]
    [TestCase("-Stages", "train", "-Dataset", "sample", "Stage")]
    [TestCase("-Stage", "train", "-Dataset")]
    public void Wrong_usage_is_exit_code_2(params string[] arguments)
    {
        bool suggests = arguments.Length == 5;
        Outcome outcome = workspace.Run(suggests ? arguments[..4] : arguments);

        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        AssertOneLine(outcome);
        Assert.That(outcome.Error, Does.Contain(suggests ? arguments[4] : string.Empty));
    }

    [TestCase("nosuchset", "train.rounds=2", "unknown data set 'nosuchset'")]
    [TestCase("sample", "train.ronds=2", "did you mean")]
    [TestCase("sample", "train.rounds=two", "rounds")]
    [TestCase("sample", "train.rounds=99", "rounds")]
    public void Wrong_settings_are_exit_code_1(string dataset, string setting, string message)
    {
        Outcome outcome = workspace.Run("-Stage", "ingest", "-Dataset", dataset, "-Set", setting);

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        AssertOneLine(outcome);
        Assert.That(outcome.Error, Does.Contain(message));
    }

    [Test]
    public void Raw_files_that_are_not_there_are_named()
    {
        Outcome outcome = workspace.Run("-Stage", "ingest", "-Dataset", "tiktok", "-Data", workspace.Data);

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        AssertOneLine(outcome);
        Assert.That(outcome.Error, Does.Contain("tiktok.inter"));
    }

    [TestCase("cuda", "-p:Torch=cuda-linux")]
    [TestCase("torch-cpu", "-p:Torch=cpu")]
    public void A_device_this_build_does_not_have_is_told_before_any_work(string device, string remedy)
    {
        Outcome outcome = workspace.Run("-Stage", "all", "-Dataset", "sample", "-Device", device, "-Data", workspace.Data);

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        AssertOneLine(outcome);
        Assert.That(outcome.Error, Does.Contain(remedy));
        Assert.That(Directory.Exists(workspace.Data), Is.False);
    }

    [Test]
    public void Help_shows_examples_on_standard_output()
    {
        Outcome outcome = workspace.Run("-Help");

        Assert.That(outcome.ExitCode, Is.Zero);
        Assert.That(outcome.Output, Does.Contain("-Stage all -Dataset sample"));
    }

    [Test]
    public void Config_tells_where_every_setting_came_from()
    {
        Outcome outcome = workspace.Run("-Stage", "config", "-Dataset", "sample", "--set", "train.rounds=2");

        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        Assert.That(outcome.Output, Does.Match(@"rounds: 2 +# -Set train\.rounds"));
        Assert.That(outcome.Output, Does.Match(@"path: sample/reviews_Sample\.json\.gz").And.Match(@"# .*sample\.yaml:\d+"));
    }

    private static void AssertOneLine(Outcome outcome)
    {
        string[] errors = [.. outcome.Error.Split('\n').Where(line => line.Contains("Z error: ", StringComparison.Ordinal))];
        Assert.That(errors, Has.Length.EqualTo(1), outcome.Error);
        Assert.That(outcome.Error, Does.Not.Contain("   at "));
    }
}
