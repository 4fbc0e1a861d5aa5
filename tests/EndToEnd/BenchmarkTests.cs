using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CranePipeline.EndToEnd.Tests;

/// <summary>Benchmarks through the real program.</summary>
public sealed class BenchmarkTests
{
    private const string Benchmark = """
        name: small
        title: Small benchmark
        datasets: [sample, bare]
        models: [lightgcn, crane]
        baseline: lightgcn
        seeds: [9, 672]
        settings:
          train: { epochs: 2, patience: 5, rounds: 1 }
        trials: 2
        search:
          learningRate: [0.001, 0.005, 0.01]
        """;

    private Workspace workspace = null!;

    [SetUp]
    public void Open()
    {
        workspace = new Workspace();
        workspace.CopyConf();
        Directory.CreateDirectory(Path.Combine(workspace.Conf, "benchmarks"));
        File.WriteAllText(Path.Combine(workspace.Conf, "benchmarks", "small.yaml"), Benchmark);
        // The same interactions without anything known about the items: no model that needs features can run on it.
        string sample = File.ReadAllText(Path.Combine(workspace.Conf, "datasets", "sample.yaml"));
        File.WriteAllText(
            Path.Combine(workspace.Conf, "datasets", "bare.yaml"),
            sample[..sample.IndexOf("modalities:", StringComparison.Ordinal)]
                .Replace("name: sample", "name: bare", StringComparison.Ordinal) + "seeds: [9]\n"
        );
    }

    [TearDown]
    public void Close() => workspace.Dispose();

    [Test]
    public void A_benchmark_that_is_killed_goes_on_and_ends_in_a_page_and_a_table()
    {
        KillAfter(Arguments(), "run 4 of");
        string[] kept = Directory.GetDirectories(Path.Combine(workspace.Store, "sample", "evaluate"));
        Assert.That(kept, Is.Not.Empty);

        Outcome foretold = workspace.Run(Arguments("-DryRun"));
        Task<Outcome> beside = Task.Run(() => workspace.Run(Arguments("-Json")));
        Outcome outcome = workspace.Run(Arguments("-Json"));
        Outcome[] both = [outcome, beside.GetAwaiter().GetResult()];
        string told = string.Concat(both.Select(each => each.Error));
        Outcome collected = workspace.Run("-Stage", "gc", "-Keep", "1");
        Outcome again = workspace.Run(Arguments());

        Assert.That(
            foretold.Output,
            Does.Match("sample +LightGCN +fresh +. of 2 fresh").And.Match("benchmark small: 9 runs, . are")
        );
        Assert.That(foretold.Error, Does.Not.Contain("run 1 of"));
        Assert.That(outcome.ExitCode, Is.Zero, outcome.Error);
        JsonNode result = outcome.Json();
        string[] keys = [.. result["runs"]!.AsArray().Select(run => (string)run!["key"]!)];
        Assert.Multiple(() =>
        {
            // Three cells of two seeds, and one that cannot be: CRANE reads features.
            Assert.That(((int)result["planned"]!, (int)result["finished"]!), Is.EqualTo((6, 6)));
            Assert.That(kept.Select(Path.GetFileName), Is.SubsetOf(keys), "what was there is not made again");
            Assert.That(outcome.Error, Does.Match("sample +LightGCN +fresh +. of 2 fresh").And.Match("about .* left"));
            Assert.That(told, Does.Match("goes on from .*search"), "what a search has trained is not trained again");
            Assert.That(both.Select(each => each.ExitCode), Is.All.Zero, told);
            Assert.That(both.SelectMany(Taken), Is.Unique, "two at once share it out");
            Assert.That((string)both[1].Json()["page"]!, Is.EqualTo((string)result["page"]!));
            Assert.That(result["choices"]!.AsArray().Select(choice => (int)choice!["trials"]!), Is.All.EqualTo(2));
            Assert.That(collected.ExitCode, Is.Zero, collected.Error);
            Assert.That(again.Error, Does.Contain("9 runs, 9 are there, 0 to do"), "neither runs nor searches are collected");
            Assert.That(again.Output, Does.Match(@"sample +CRANE +2 +0\.\d{4} ± "));
        });
        File.WriteAllText(
            Path.Combine(workspace.Conf, "benchmarks", "small.yaml"),
            Benchmark.Replace("baseline: lightgcn\n", "")
        );
        JsonNode without = workspace.Run(Arguments("-Json")).Json();
        Assert.That(
            File.ReadAllText((string)without["table"]!),
            Does.Not.Contain("## GRMF-X"),
            "the page is of the file as it is now"
        );

        string table = File.ReadAllText((string)result["table"]!);
        Assert.That(table, Does.Contain("| Model | sample Recall@10 |").And.Contain("the model reads features of the items"));
        Assert.That(table, Does.Contain("## GRMF-X").And.Match(@"\| sample \| CRANE \| 2 \| 0\.\d{4} \| learningRate 0\.\d+ \|"));
        Assert.That(File.ReadAllText((string)result["page"]!), Does.Contain("Small benchmark").And.Not.Contain("NaN"));
    }

    [Test]
    public void A_run_that_fails_costs_only_itself()
    {
        Outcome outcome = workspace.Run(Arguments("-Dataset", "sample", "-Set", "modalities.visual.path=sample/nothing.b"));

        Assert.That(outcome.ExitCode, Is.EqualTo(1));
        Assert.That(outcome.Error.Split('\n').Count(line => line.Contains("error: ", StringComparison.Ordinal)), Is.EqualTo(1));
        Assert.That(outcome.Output, Does.Match(@"sample +LightGCN +2").And.Not.Match("CRANE"));
        Assert.That(outcome.Error, Does.Contain("the others are kept").And.Contain("nothing.b"));
    }

    [TestCase("train.negativeWeight=100", 0, null)]
    [TestCase("search.negativeWeight=[100, 200]", 0, null)]
    [TestCase("train.negativeWeigt=100", 1, "-Set train.negativeWeigt: no model of benchmark quick")]
    [TestCase("train.negativeWeigt=100", 1, "did you mean 'negativeWeight'?")]
    [TestCase("train.negativeWeight=much", 1, "'train.negativeWeight' must be a number, not 'much'")]
    public void A_setting_is_one_that_any_of_the_models_has(string setting, int code, string? message)
    {
        HostCall call = HostCall.Of(
            "-Stage",
            "benchmark",
            "-Benchmark",
            "quick",
            "-DryRun",
            "-Conf",
            workspace.Conf,
            "-Store",
            workspace.Store,
            "-Data",
            workspace.Data,
            "-Set",
            setting
        );

        Assert.That(call.ExitCode, Is.EqualTo(code), call.Error);
        Assert.That(call.Error, message is null ? Is.Null : Does.Contain(message));
    }

    [TestCase("-Benchmark", "nosuch", "small")]
    [TestCase("-Dataset", "tiktok", "not of benchmark small")]
    public void What_is_not_of_the_benchmark_is_told(string parameter, string value, string message)
    {
        Outcome outcome = workspace.Run(Arguments(parameter, value));

        Assert.That(outcome.ExitCode, Is.Not.Zero);
        Assert.That(outcome.Error, Does.Contain(message).And.Not.Contain("   at "));
    }

    /// <summary>What a run took on, without the time left.</summary>
    private static IEnumerable<string> Taken(Outcome outcome) =>
        Regex.Matches(outcome.Error, @"run \d+ of \d+: ([^(\n]+)").Select(match => match.Groups[1].Value.Trim());

    private string[] Arguments(params string[] more) =>
        [
            "-Stage",
            "benchmark",
            "-Data",
            workspace.Data,
            "-Set",
            "generate.users=300",
            "-Set",
            "generate.items=120",
            "-Set",
            "generate.interactions=3000",
            "-Set",
            "generate.malformedLines=0",
            .. more.Contains("-Benchmark") ? more : ["-Benchmark", "small", .. more],
        ];

    private void KillAfter(string[] arguments, string shown)
    {
        using Process process = workspace.Start(arguments);
        _ = process.StandardOutput.ReadToEndAsync();
        while (process.StandardError.ReadLine() is { } line && !line.Contains(shown, StringComparison.Ordinal)) { }
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
    }
}
