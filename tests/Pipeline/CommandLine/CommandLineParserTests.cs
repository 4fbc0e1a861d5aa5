using CranePipeline.CommandLine;
using CranePipeline.Configuration;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.CommandLine;

public sealed class CommandLineParserTests
{
    private static CommandLineOptions Parse(params string[] arguments) => CommandLineParser.Parse(arguments, KnownStages.Some);

    private static string Refusal(params string[] arguments) => Assert.Throws<UsageException>(() => Parse(arguments))!.Message;

    private static readonly string[][] Spellings =
    [
        ["-Stage", "train,evaluate", "-Dataset", "tiktok", "-Seed", "9,672"],
        ["-stage", "train,", "evaluate", "-DATASET", "tiktok", "-seed", "9", "672"],
        ["--stage", "train", "--stage", "evaluate", "--dataset", "tiktok", "--seed=9,672"],
        ["--Stage=Train", "EVALUATE", "--dataset=tiktok", "-Seed:9", "-Seed:672"],
        ["-Dataset:tiktok", "-Stage:train,evaluate,train", "-Seed", "9", ",", "672", "9"],
    ];

    [TestCaseSource(nameof(Spellings))]
    public void Every_spelling_is_the_same(string[] arguments)
    {
        var options = Parse(arguments);
        Assert.That(options.Stages, Is.EqualTo(new[] { "train", "evaluate" }));
        Assert.That(options.Dataset, Is.EqualTo("tiktok"));
        Assert.That(options.Seeds, Is.EqualTo(new long[] { 9, 672 }));
    }

    [Test]
    public void All_stands_for_the_pipeline_and_nothing_else()
    {
        Assert.That(Parse("-Stage", "all", "-Dataset", "x").Stages, Is.EqualTo(new[] { "ingest", "train", "evaluate" }));
        Assert.That(
            Parse("-Stage", "status,all", "-Dataset", "x").Stages,
            Is.EqualTo(new[] { "status", "ingest", "train", "evaluate" })
        );
    }

    [Test]
    public void Defaults_ask_for_nothing()
    {
        Assert.That(
            Parse("-Stage", "status") with
            {
                Stages = [],
            },
            Is.EqualTo(
                    new CommandLineOptions
                    {
                        Stages = [],
                        Seeds = [],
                        Set = [],
                        Users = [],
                    }
                )
                .Using<CommandLineOptions>(
                    (a, b) =>
                        a.Device == b.Device
                        && a.Engine == b.Engine
                        && a.Threads == b.Threads
                        && !a.Force
                        && !a.Json
                        && !a.Verbose
                        && !a.Debug
                        && !a.Verify
                        && a.Store is null
                        && a.Data is null
                        && a.Conf is null
                        && a.Model is null
                        && a.Preset is null
                        && a.Keep is null
                        && a.Overrides.Count == 0
                )
        );
    }

    [Test]
    public void Every_parameter_reaches_its_option()
    {
        var options = Parse(
            "-Stage",
            "evaluate",
            "-Dataset",
            "x",
            "-Device",
            "torch-cpu",
            "-Engine",
            "SPARK",
            "-Store",
            "s t",
            "-Data",
            @"C:\data: raw",
            "-Conf",
            "c",
            "-Spark",
            "sc://host:15002/;token=a,b",
            "-Threads",
            "2",
            "-Model",
            "m",
            "-Preset",
            "p",
            "-Rankings",
            "r.tsv",
            "-Force",
            "-Json",
            "-Verbose",
            "-Debug",
            "-Verify"
        );
        Assert.Multiple(() =>
        {
            Assert.That(options.Device, Is.EqualTo(DeviceKind.TorchCpu));
            Assert.That(options.Engine, Is.EqualTo(DataEngineKind.Spark));
            Assert.That(options.Spark, Is.EqualTo("sc://host:15002/;token=a,b"));
            Assert.That(options.Store, Is.EqualTo("s t"));
            Assert.That(options.Data, Is.EqualTo(@"C:\data: raw"));
            Assert.That(options.Conf, Is.EqualTo("c"));
            Assert.That(options.Threads, Is.EqualTo(2));
            Assert.That((options.Model, options.Preset, options.Rankings), Is.EqualTo(("m", "p", "r.tsv")));
            Assert.That(options.Force && options.Json && options.Verbose && options.Debug && options.Verify, Is.True);
        });
    }

    [Test]
    public void Settings_keep_their_commas_and_equals_signs()
    {
        var options = Parse(
            "-Stage",
            "status",
            "-Set",
            "train.rounds=2",
            "seeds=[9,672]",
            "--set=a.b=c=d",
            "-Set:x=",
            "-Seed",
            "1",
            "-Threads:3"
        );
        Assert.That(
            options.Overrides,
            Is.EqualTo(
                new[]
                {
                    new SettingOverride("train.rounds", "2", "-Set train.rounds"),
                    new SettingOverride("seeds", "[9,672]", "-Set seeds"),
                    new SettingOverride("a.b", "c=d", "-Set a.b"),
                    new SettingOverride("x", "", "-Set x"),
                    new SettingOverride("seeds", "[1]", "-Seed"),
                    new SettingOverride("threads", "3", "-Threads"),
                }
            )
        );
    }

    [TestCase("-Force:$true", true)]
    [TestCase("-Force:$false", false)]
    [TestCase("--force=true", true)]
    public void Switches_take_powershells_truth_values(string argument, bool force) =>
        Assert.That(Parse("-Stage", "status", argument).Force, Is.EqualTo(force));

    [TestCase("-Datset x", "unknown parameter '-Datset'; did you mean '-Dataset'?")]
    [TestCase("--datset=x", "unknown parameter '--datset'; did you mean '--dataset'?")]
    [TestCase("-Zzzzzzzz", "unknown parameter '-Zzzzzzzz'; -Help shows them all")]
    [TestCase(
        "-Stage trian -Dataset x",
        "unknown stage 'trian'; did you mean 'train'? There are all, ingest, train, evaluate, status"
    )]
    [TestCase("-Stage zzzz -Dataset x", "unknown stage 'zzzz'; there are all, ingest, train, evaluate, status")]
    [TestCase(
        "-Stage train",
        "stage 'train' needs a data set: name one of the files in conf/datasets with -Dataset, such as -Dataset sample"
    )]
    [TestCase("", "say what to run with -Stage, such as -Stage all -Dataset sample; -Help shows more")]
    [TestCase("-Dataset x", "say what to run with -Stage, such as -Stage all -Dataset sample; -Help shows more")]
    [TestCase("train", "unexpected 'train'; write -Name VALUE, such as -Stage all -Dataset sample")]
    [TestCase("-Stage status -Dataset a b", "unexpected 'b'; write -Name VALUE, such as -Stage all -Dataset sample")]
    [TestCase("-Stage status -Store -Force", "-Store needs a value: -Store DIR")]
    [TestCase("-Stage status -Seed", "-Seed needs a value: -Seed N")]
    [TestCase("-Stage status -Seed 9,x", "-Seed takes a whole number of at least 0, not 'x'")]
    [TestCase("-Stage status -Seed -5", "-Seed takes a whole number of at least 0, not '-5'")]
    [TestCase("-Stage status -Threads 0", "-Threads takes a whole number of at least 1 and at most 1024, not '0'")]
    [TestCase("-Stage status -Device gpu", "-Device cannot be 'gpu'; did you mean 'cpu'? It is one of cpu, cuda, torch-cpu")]
    [TestCase("-Stage status -Device cuds", "-Device cannot be 'cuds'; did you mean 'cuda'? It is one of cpu, cuda, torch-cpu")]
    [TestCase("-Stage status -Store a -Store b", "-Store is given twice; it takes one value")]
    [TestCase("-Stage status -Force:maybe", "-Force takes no value, but has 'maybe'")]
    [TestCase("-Stage status -Set rounds", "-Set rounds: write a setting as key=value, such as -Set train.rounds=2")]
    [TestCase("-Stage status -Keep 3", "unknown parameter '-Keep'; -Help shows them all")]
    public void Wrong_usage_is_one_sentence(string line, string message) =>
        Assert.That(Refusal(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)), Is.EqualTo(message));

    [TestCase("-Help")]
    [TestCase("--help")]
    [TestCase("-h")]
    [TestCase("-?")]
    [TestCase("/?")]
    public void Help_is_given_whatever_else_is_wrong(string argument) => Assert.That(Parse("-Datset", argument).Help, Is.True);

    [Test]
    public void Version_needs_no_stage() => Assert.That(Parse("--version").Version, Is.True);

    [Test]
    public void Parameters_of_stages_that_are_there_are_known()
    {
        IReadOnlyList<StageDescription> stages =
        [
            .. KnownStages.Some,
            new("gc", "Remove what nothing needs.", NeedsDataset: false),
        ];
        Assert.That(CommandLineParser.Parse(["-Stage", "gc", "-Keep", "3"], stages).Keep, Is.EqualTo(3));
    }
}
