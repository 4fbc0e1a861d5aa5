using CranePipeline.CommandLine;
using CranePipeline.Commands;
using CranePipeline.Configuration;
using CranePipeline.Pipeline.Tests.Configuration;
using CranePipeline.Tables;
using CranePipeline.Training;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Commands;

public sealed class BenchmarkDefinitionTests
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "conf");

    private static readonly IReadOnlyList<string> Benchmarks = ConfigurationFolder.Find(Shipped).Benchmarks;

    private static BenchmarkDefinition Read(string text)
    {
        using var folder = new TemporaryFolder(
            ("benchmarks/some.yaml", text),
            ("datasets/shop.yaml", "name: shop"),
            ("datasets/other.yaml", "name: other"),
            ("models/crane.yaml", "name: crane"),
            ("models/lightgcn.yaml", "name: lightgcn")
        );
        return BenchmarkFile.Read(ConfigurationFolder.Find(folder.Path), "some");
    }

    [TestCaseSource(nameof(Benchmarks))]
    public void Every_shipped_benchmark_reads(string name)
    {
        var definition = BenchmarkFile.Read(ConfigurationFolder.Find(Shipped), name);
        Assert.That(definition.Datasets, Is.Not.Empty);
        Assert.That(definition.Models, Is.Not.Empty);
    }

    [Test]
    public void All_models_are_those_of_the_catalogue_that_have_a_file()
    {
        BenchmarkDefinition definition = Read("datasets: [shop]\nmodels: all");
        Assert.That(
            definition.Models.Select(model => model.Name),
            Is.EquivalentTo(new[] { "crane", "lightgcn" }).And.SubsetOf(ModelCatalog.All.Select(model => model.Name))
        );
    }

    [Test]
    public void A_model_is_searched_over_what_it_has_and_what_is_given_for_it()
    {
        BenchmarkDefinition definition = Read(
            """
            title: Some
            datasets: [shop, other]
            models: [lightgcn, crane]
            baseline: lightgcn
            seeds: [1, 2]
            settings:
              train: { epochs: 3 }
            trials: 4
            search:
              learningRate: [0.001, 0.01]
              rounds: [1, 2]
            modelSearch:
              crane:
                rounds: [3]
                fusionWeight: [0.5]
            """
        );
        Assert.Multiple(() =>
        {
            Assert.That(definition.Seeds, Is.EqualTo(new long[] { 1, 2 }));
            Assert.That(definition.Trials, Is.EqualTo(4));
            Assert.That(
                definition.Settings.Select(setting => $"{setting.Path}={setting.Value}"),
                Is.EqualTo(new[] { "train.epochs=3" })
            );
            Assert.That(
                Shown(definition.SearchOf(Model(definition, "lightgcn"))),
                Is.EquivalentTo(new[] { "learningRate: 0.001, 0.01" })
            );
            Assert.That(
                Shown(definition.SearchOf(Model(definition, "crane"))),
                Is.EquivalentTo(new[] { "learningRate: 0.001, 0.01", "rounds: 3", "fusionWeight: 0.5" })
            );
        });
    }

    [TestCase("datasets: [shop]\nmodels: [lightgnc]", "some.yaml:2", "did you mean 'lightgcn'")]
    [TestCase("datasets: [shp]", "some.yaml:1", "did you mean 'shop'")]
    [TestCase("models: all", "some.yaml", "needs 'datasets'")]
    [TestCase("datasets: [shop]\nmodels: [crane]\nbaseline: lightgcn", "some.yaml:3", "not among the models")]
    [TestCase("datasets: [shop]\nsearch:\n  learningRate: 0.1", "some.yaml:3", "list of values")]
    [TestCase("datasets: [shop]\nseeds: [-1]", "some.yaml:2", "whole numbers")]
    [TestCase("datasets: [shop]\nseeds: [9, 9]", "some.yaml:2", "'seeds' has 9 more than once")]
    [TestCase("datasets: [shop]\ntrails: 3", "some.yaml:2", "did you mean 'trials'")]
    [TestCase("datasets: [shop]\nsettings:\n  train: { ronds: 2 }", "some.yaml:3", "did you mean 'rounds'")]
    [TestCase(
        "datasets: [shop]\nmodels: [lightgcn]\nsettings:\n  train: { rounds: 2 }",
        "some.yaml:4",
        "no model of benchmark some"
    )]
    [TestCase("datasets: [shop]\nsearch:\n  learningRat: [0.1]", "some.yaml:3", "did you mean 'learningRate'")]
    [TestCase("datasets: [shop]\nmodelSearch:\n  crne: { rounds: [1] }", "some.yaml:3", "did you mean 'crane'")]
    [TestCase("datasets: [shop]\nmodelSearch:\n  lightgcn: { rounds: [1] }", "some.yaml:3", "training setting 'rounds'")]
    public void What_is_wrong_is_told_with_its_line(string text, string place, string message) =>
        Assert.That(
            () => Read(text),
            Throws.InstanceOf<InputException>().With.Message.Contains(place).And.Message.Contains(message)
        );

    [Test]
    public void The_command_line_restricts_it_and_lies_over_its_settings()
    {
        BenchmarkDefinition wanted = Read("datasets: [shop, other]\nseeds: [1, 2]\nsettings:\n  train: { epochs: 3 }")
            .With(
                new CommandLineOptions
                {
                    Dataset = "Other",
                    Model = "crane",
                    Seeds = [7],
                    Set = [SettingOverride.Parse("train.rounds=2"), SettingOverride.Parse("search.learningRate=[0.1, 0.2]")],
                }
            );
        Assert.Multiple(() =>
        {
            Assert.That(wanted.Datasets, Is.EqualTo(["other"]));
            Assert.That(wanted.Models.Select(model => model.Name), Is.EqualTo(["crane"]));
            Assert.That(wanted.Seeds, Is.EqualTo([7]));
            Assert.That(
                wanted.Command,
                Is.EqualTo(
                    "-Stage benchmark -Benchmark some -Dataset Other -Model crane -Seed 7 -Set train.rounds=2 "
                        + "-Set \"search.learningRate=[0.1, 0.2]\""
                )
            );
        });
    }

    [TestCase("train.ronds=2", "did you mean 'rounds'")]
    [TestCase("search.ronds=[2]", "did you mean 'rounds'")]
    public void A_setting_of_the_command_line_that_no_model_has_is_told(string setting, string message) =>
        Assert.That(
            () => Read("datasets: [shop]").With(new CommandLineOptions { Set = [SettingOverride.Parse(setting)] }),
            Throws.InstanceOf<InputException>().With.Message.Contains("-Set").And.Message.Contains(message)
        );

    [Test]
    public void A_model_leaves_out_what_it_lacks_wherever_it_stands()
    {
        using var folder = new TemporaryFolder(
            (
                "benchmarks/some.yaml",
                "datasets: [shop]\nsettings:\n  train: { rounds: 2, modalityWeights: { image: 0.5 }, epochs: 3 }"
            ),
            ("datasets/shop.yaml", "name: shop\nmodalities:\n  image: { source: npy, path: image.npy }"),
            ("models/crane.yaml", "name: crane"),
            ("models/lightgcn.yaml", "name: lightgcn")
        );
        var options = new CommandLineOptions { Conf = folder.Path, Set = [SettingOverride.Parse("train.neighbours=4")] };
        BenchmarkDefinition definition = BenchmarkFile.Read(ConfigurationFolder.Find(folder.Path), "some").With(options);
        var settings = BenchmarkPlan
            .Loaders(definition)
            .Select(load => load([]))
            .ToDictionary(one => one.Model, one => one.Train);
        var crane = (CraneOptions)settings["crane"].Model;
        Assert.Multiple(() =>
        {
            Assert.That((crane.Rounds, crane.Neighbours, crane.ModalityWeights!["image"]), Is.EqualTo((2, 4, 0.5)));
            Assert.That(settings["lightgcn"].Trainer.Epochs, Is.EqualTo(3));
        });
    }

    private static BenchmarkModel Model(BenchmarkDefinition definition, string name) =>
        definition.Models.Single(model => model.Name == name);

    private static IEnumerable<string> Shown(IReadOnlyDictionary<string, IReadOnlyList<string>> lists) =>
        lists.Select(list => $"{list.Key}: {string.Join(", ", list.Value)}");
}
