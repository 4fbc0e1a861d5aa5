using CranePipeline.Storage;
using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class GridSearchTests
{
    [Test]
    public void Every_combination_is_tried_the_last_list_fastest()
    {
        var points = GridSearch.Expand(
            new TrainOptions { BatchSize = 77 },
            new Dictionary<string, IReadOnlyList<string>>
            {
                ["learningRate"] = ["1e-3", "0.01"],
                ["correlation"] = ["linear", "feature"],
                ["trainFeatures"] = ["true"],
            }
        );
        Assert.Multiple(() =>
        {
            Assert.That(
                points.Select(static p => (p.Options.LearningRate, p.Options.Correlation, p.Options.TrainFeatures)),
                Is.EqualTo(
                    new[]
                    {
                        (0.001, Correlation.Linear, true),
                        (0.001, Correlation.Feature, true),
                        (0.01, Correlation.Linear, true),
                        (0.01, Correlation.Feature, true),
                    }
                )
            );
            Assert.That(points.Select(static p => p.Options.BatchSize), Is.All.EqualTo(77));
            Assert.That(points[1].Settings["learningRate"], Is.EqualTo("1e-3"));
        });
    }

    [TestCase("learnRate", "1", "not a setting")]
    [TestCase("learningRate", "fast", "a number from")]
    [TestCase("batchSize", "0", "a number from 1")]
    [TestCase("correlation", "Linear", "linear, feature, entity")]
    public void A_wrong_list_is_told(string name, string value, string expected) =>
        Assert.That(
            () => GridSearch.Expand(new TrainOptions(), new Dictionary<string, IReadOnlyList<string>> { [name] = [value] }),
            Throws.TypeOf<InputException>().With.Message.Contains(expected).And.Message.Contains($"search.{name}")
        );

    [Test]
    public void The_best_trial_is_the_one_with_the_largest_mean_recall()
    {
        TrainingInput input = PlantedData.Make();
        var points = GridSearch.Expand(
            new TrainOptions
            {
                EmbeddingSize = 8,
                ItemGraph = ItemGraph.Off,
                Epochs = 5,
                BatchSize = 64,
            },
            new Dictionary<string, IReadOnlyList<string>> { ["learningRate"] = ["1e-6", "0.05"] }
        );
        using IEngine engine = Engines.Cpu();
        IReadOnlyList<SearchTrial> trials = GridSearch.Run(points, [1, 2], input, engine);

        double expected = new long[] { 1, 2 }.Average(seed => Trainer.Run(points[1].Options, seed, input, engine).BestRecall20);
        Assert.Multiple(() =>
        {
            Assert.That(trials, Has.Count.EqualTo(2));
            Assert.That(trials[1].Recall20, Is.EqualTo(expected).Within(1e-12));
            Assert.That(GridSearch.Best(trials), Is.SameAs(trials[1]));
        });
    }
}
