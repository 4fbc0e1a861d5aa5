using CranePipeline.CommandLine;
using CranePipeline.Commands;
using CranePipeline.Configuration;
using CranePipeline.Training;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Commands;

public sealed class BenchmarkProtocolTests
{
    private static (string Title, PipelineSettings Settings) Model(string dataset, string title, TrainerOptions trainer) =>
        (
            title,
            new PipelineSettings
            {
                Name = dataset,
                Train = new TrainSettings { Trainer = trainer },
            }
        );

    [Test]
    public void Models_that_are_trained_otherwise_than_others_are_told_by_data_set_and_setting()
    {
        TrainerOptions alike = new() { BatchSize = 2048 };
        TrainerOptions users = alike with { BatchSampling = BatchSampling.Users };
        string[] differences =
        [
            .. BenchmarkProtocol.Differences([
                Model("shop", "BPR", alike),
                Model("shop", "LightGCN", users),
                Model("shop", "CRANE", users),
                Model("other", "BPR", alike with { LearningRate = 0.1 }),
                Model("other", "CRANE", alike with { BatchSize = null }),
            ]),
        ];
        Assert.That(
            differences,
            Is.EqualTo([
                "On shop the models differ in train.batchSampling: interactions for BPR; users for LightGCN, CRANE.",
                "On other the models differ in train.batchSize: 2048 for BPR; auto for CRANE.",
            ])
        );
    }

    [Test]
    public void Seeds_are_told_for_each_data_set_where_they_are_its_own()
    {
        PipelineSettings Of(string name, params long[] seeds) => new() { Name = name, Seeds = seeds };

        Assert.Multiple(() =>
        {
            Assert.That(
                BenchmarkProtocol.Seeds([Of("shop", 9, 672), Of("shop", 9, 672), Of("other", 9, 672)]),
                Is.EqualTo("seeds 9, 672")
            );
            Assert.That(
                BenchmarkProtocol.Seeds([Of("shop", 9), Of("other", 672, 5)]),
                Is.EqualTo("seeds 9 on shop, 672, 5 on other")
            );
        });
    }

    [Test]
    public void What_is_searched_is_no_difference()
    {
        (string title, PipelineSettings settings) = Model("shop", "BPR", new TrainerOptions { Patience = 3 });
        PipelineSettings searched = settings with
        {
            Search = new Dictionary<string, IReadOnlyList<string>> { ["patience"] = ["3", "5"] },
        };
        Assert.That(BenchmarkProtocol.Differences([(title, searched), Model("shop", "CRANE", new TrainerOptions())]), Is.Empty);
    }

    [Test]
    public void A_model_that_is_not_trained_is_not_searched_for_how_to_train_it()
    {
        string conf = Path.Combine(Repository.Root, "conf");
        var definition = BenchmarkFile
            .Read(ConfigurationFolder.Find(conf), "tiktok")
            .With(new CommandLineOptions { Conf = conf });
        Dictionary<string, PipelineSettings> models = BenchmarkPlan
            .Loaders(definition)
            .Select(load => load([]))
            .ToDictionary(settings => settings.Model);
        Assert.That(models["popularity"].Search, Is.Empty);
        Assert.That(models["itemknn"].Search, Is.Empty);
        Assert.That(models["bpr"].Search.Keys, Is.EquivalentTo(["embeddingSize", "learningRate", "regularizationWeight"]));
    }

    [Test]
    public void A_model_without_drawn_negatives_is_no_different_for_having_no_choice_among_them()
    {
        PipelineSettings Trained(ModelOptions model, int candidates) =>
            new()
            {
                Name = "shop",
                Train = new TrainSettings
                {
                    Model = model,
                    Trainer = new TrainerOptions { NegativeCandidates = candidates },
                },
            };
        Assert.That(
            BenchmarkProtocol.Differences([
                ("UltraGCN", Trained(new UltraGcnOptions(), 1)),
                ("BPR", Trained(new BprOptions(), 4)),
                ("LightGCN", Trained(new LightGcnOptions(), 4)),
            ]),
            Is.Empty
        );
        Assert.That(
            BenchmarkProtocol.Differences([
                ("BPR", Trained(new BprOptions(), 4)),
                ("LightGCN", Trained(new LightGcnOptions(), 2)),
            ]),
            Is.EqualTo(["On shop the models differ in train.negativeCandidates: 4 for BPR; 2 for LightGCN."])
        );
        Assert.That(TrainSettings.NamesFor(new UltraGcnOptions()), Does.Not.Contain("negativeCandidates"));
        Assert.That(TrainSettings.NamesFor(new BprOptions()), Does.Contain("negativeCandidates"));
    }

    [Test]
    public void Models_of_several_members_are_told_from_those_of_one()
    {
        static PipelineSettings Of(ModelOptions model) =>
            new()
            {
                Name = "shop",
                Train = new TrainSettings { Model = model },
            };

        Assert.That(
            BenchmarkProtocol.Differences([
                ("BPR", Of(new BprOptions { Members = 3 })),
                ("LightGCN", Of(new LightGcnOptions())),
                ("NGCF", Of(new NgcfOptions())),
            ]),
            Is.EqualTo(["On shop the models differ in train.members: 3 for BPR; 1 for LightGCN, NGCF."])
        );
    }

    /// <summary>A model's preset may draw batches in its own way: a benchmark that sets how keeps them alike.</summary>
    [TestCase("tiktok")]
    [TestCase("amazon")]
    [TestCase("mmrec")]
    [TestCase("quick")]
    public void Models_of_a_shipped_benchmark_are_trained_alike(string name)
    {
        string conf = Path.Combine(Repository.Root, "conf");
        var definition = BenchmarkFile.Read(ConfigurationFolder.Find(conf), name).With(new CommandLineOptions { Conf = conf });
        PipelineSettings[] models = [.. BenchmarkPlan.Loaders(definition).Select(load => load([]))];
        Assert.That(models, Has.Length.EqualTo(definition.Datasets.Count * definition.Models.Count));
        Assert.That(BenchmarkProtocol.Differences(models.Select(model => (model.Model, model))), Is.Empty);
    }
}
