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
        return BenchmarkDefinition.Read(ConfigurationFolder.Find(folder.Path), "some");
    }

    [TestCaseSource(nameof(Benchmarks))]
    public void Every_shipped_benchmark_reads(string name)
    {
        var definition = BenchmarkDefinition.Read(ConfigurationFolder.Find(Shipped), name);
        Assert.That(definition.Datasets, Is.Not.Empty);
        Assert.That(definition.Models, Is.Not.Empty);
    }

    [Test]
    public void All_models_are_those_of_the_catalogue_that_have_a_file()
    {
        BenchmarkDefinition definition = Read("datasets: [shop]\nmodels: all");
        Assert.That(
            definition.Models,
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
                Shown(definition.SearchOf("lightgcn", setting => setting == "learningRate")),
                Is.EquivalentTo(new[] { "learningRate: 0.001, 0.01" })
            );
            Assert.That(
                Shown(definition.SearchOf("crane", _ => true)),
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
    [TestCase("datasets: [shop]\ntrails: 3", "some.yaml:2", "did you mean 'trials'")]
    public void What_is_wrong_is_told_with_its_line(string text, string place, string message) =>
        Assert.That(
            () => Read(text),
            Throws.InstanceOf<InputException>().With.Message.Contains(place).And.Message.Contains(message)
        );

    private static IEnumerable<string> Shown(IReadOnlyDictionary<string, IReadOnlyList<string>> lists) =>
        lists.Select(list => $"{list.Key}: {string.Join(", ", list.Value)}");
}
