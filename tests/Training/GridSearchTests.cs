using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class GridSearchTests
{
    [Test]
    public void Every_combination_is_tried_the_last_list_fastest()
    {
        var points = GridSearch.Expand(
            Options(new CraneOptions(), new TrainerOptions { BatchSize = 77 }),
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
                points.Select(static p =>
                    (p.Options.Trainer.LearningRate, Crane(p.Options).Correlation, Crane(p.Options).TrainFeatures)
                ),
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
            Assert.That(points.Select(static p => p.Options.Trainer.BatchSize), Is.All.EqualTo(77));
            Assert.That(points[1].Settings["learningRate"], Is.EqualTo("1e-3"));
        });
    }

    [Test]
    public void A_list_may_hold_the_word_auto()
    {
        var lists = new Dictionary<string, IReadOnlyList<string>> { ["batchSize"] = ["512", "auto"] };
        var points = GridSearch.Expand(Options(new CraneOptions()), lists);
        Assert.That(points.Select(static p => p.Options.Trainer.BatchSize), Is.EqualTo(new int?[] { 512, null }));
    }

    [TestCase("learnRate", "1", "not a setting")]
    [TestCase("learningRate", "fast", "a number from")]
    [TestCase("batchSize", "0", "a number from 1")]
    [TestCase("batchSize", "Auto", "or auto")]
    [TestCase("correlation", "Linear", "linear, feature, entity")]
    public void A_wrong_list_is_told(string name, string value, string expected) =>
        Assert.That(
            () =>
                GridSearch.Expand(
                    Options(new CraneOptions()),
                    new Dictionary<string, IReadOnlyList<string>> { [name] = [value] }
                ),
            Throws.TypeOf<InputException>().With.Message.Contains(expected).And.Message.Contains($"search.{name}")
        );

    [Test]
    public void The_best_trial_is_the_one_with_the_largest_mean_recall()
    {
        TrainingInput input = PlantedData.Make();
        var points = Steps(epochs: 5, "1e-6", "0.05");
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

    [Test]
    public void What_a_search_has_trained_is_not_trained_again_nor_what_was_trained_before_it()
    {
        TrainingInput input = PlantedData.Make();
        var points = Steps(epochs: 3, "0.01", "0.05");
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        using var third = new TemporaryFolder();
        using IEngine engine = Engines.Cpu();
        SearchTrial best = GridSearch.Best(GridSearch.Run(points, [1], input, engine, first.Path));

        using PreparedTraining chosen = Trainer.Prepare(best.Options, 1, input, engine, second.Path, null, best.Checkpoints);
        var again = new Reports(static () => { });
        GridSearch.Run(points, [1], input, engine, third.Path, again, again, [second.Path]);

        Assert.Multiple(() =>
        {
            Assert.That(chosen.GoesOnFrom, Is.EqualTo(best.Checkpoints.Single()));
            Assert.That(chosen.Run().ResumedFrom, Is.EqualTo(3));
            Assert.That(
                again.Trials.Single(trial => trial.Settings["learningRate"] == best.Settings["learningRate"]).Seconds,
                Is.EqualTo(best.Seconds),
                "its epochs are those of the first search"
            );
        });
    }

    [Test]
    public void An_interrupted_search_takes_up_its_finished_trials()
    {
        TrainingInput input = PlantedData.Make();
        var points = Steps(epochs: 3, "0.01", "0.05");
        using var folder = new TemporaryFolder();
        using var interrupt = new CancellationTokenSource();
        using IEngine engine = Engines.Cpu();
        var first = new Reports(() => interrupt.Cancel());

        Assert.That(
            () => GridSearch.Run(points, [1], input, engine, folder.Path, first, first, null, cancellation: interrupt.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        var second = new Reports(static () => { });
        IReadOnlyList<SearchTrial> resumed = GridSearch.Run(points, [1], input, engine, folder.Path, second, second);
        IReadOnlyList<SearchTrial> undisturbed = GridSearch.Run(points, [1], input, engine);

        Assert.Multiple(() =>
        {
            Assert.That(first.Trials, Has.Count.EqualTo(1));

            Assert.That(first.Epochs, Is.EqualTo(Counted(from: 0, most: 3).Append(new TrialEpoch(0, 3))), "begins and epochs");
            Assert.That(second.Epochs, Is.EqualTo(Counted(from: 3, most: 3).Concat(Counted(from: 0, most: 3))));

            // The very same times: the trial was read back, not trained again.
            Assert.That(resumed[0].Seconds, Is.EqualTo(first.Trials[0].Seconds));
            Assert.That(resumed.Select(trial => trial.Recall20), Is.EqualTo(undisturbed.Select(trial => trial.Recall20)));
            Assert.That(resumed.Select(trial => trial.Ndcg20), Is.EqualTo(undisturbed.Select(trial => trial.Ndcg20)));
        });
    }

    [Test]
    public void Each_trial_tells_of_its_own_number_of_epochs()
    {
        var points = GridSearch.Expand(
            Options(new LightGcnOptions { EmbeddingSize = 8 }, new TrainerOptions { BatchSize = 64 }),
            new Dictionary<string, IReadOnlyList<string>> { ["epochs"] = ["2", "1"] }
        );
        using IEngine engine = Engines.Cpu();
        var told = new Reports(static () => { });

        GridSearch.Run(points, [1], PlantedData.Make(), engine, null, told, told);

        Assert.That(told.Epochs, Is.EqualTo(Counted(from: 0, most: 2).Concat(Counted(from: 0, most: 1))));
    }

    private static IEnumerable<TrialEpoch> Counted(int from, int most) =>
        Enumerable.Range(from, most - from + 1).Select(epoch => new TrialEpoch(epoch, most));

    private static TrainOptions Options(ModelOptions model, TrainerOptions? trainer = null) => new(model, trainer ?? new());

    private static CraneOptions Crane(TrainOptions options) => (CraneOptions)options.Model;

    private static IReadOnlyList<(IReadOnlyDictionary<string, string> Settings, TrainOptions Options)> Steps(
        int epochs,
        params string[] sizes
    ) =>
        GridSearch.Expand(
            Options(new LightGcnOptions { EmbeddingSize = 8 }, new TrainerOptions { Epochs = epochs, BatchSize = 64 }),
            new Dictionary<string, IReadOnlyList<string>> { ["learningRate"] = sizes }
        );

    private sealed class Reports(Action then) : IProgress<SearchTrial>, IProgress<TrialEpoch>
    {
        public List<SearchTrial> Trials { get; } = [];

        public List<TrialEpoch> Epochs { get; } = [];

        public void Report(TrialEpoch value) => Epochs.Add(value);

        public void Report(SearchTrial value)
        {
            Trials.Add(value);
            then();
        }
    }
}
