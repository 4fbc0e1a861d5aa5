using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>
/// What every model of the catalogue must do. A model joins with a subclass of three lines; the test below finds one that has none.
/// </summary>
/// <param name="name">The model's name in the catalogue.</param>
public abstract class ModelConformance(string name)
{
    private static readonly TrainerOptions Trainer = new()
    {
        LearningRate = 0.01,
        BatchSize = 64,
        Epochs = 4,
        Patience = 100,
    };

    /// <summary>The settings under test, small enough for a test; a model with steps larger or smaller by nature overrides it.</summary>
    protected virtual ModelOptions Options => SmallModel.Options(name);

    /// <summary>How it is trained where it must beat popularity.</summary>
    protected virtual TrainerOptions Thorough => Trainer with { Epochs = 30, Patience = 8, BatchSize = 256 };

    [Test]
    public void Gradients_are_the_losss_central_differences()
    {
        TrainingInput input = PlantedData.Make(users: 10, items: 9, perUser: 4, widths: [3, 4], candidates: 4);
        using IEngine engine = Engines.Cpu();
        SmallModel.CheckGradients(Options, engine, input);
    }

    [Test]
    public void A_run_is_the_same_bytes_twice_and_on_one_two_and_three_threads()
    {
        TrainingInput input = PlantedData.Make();
        TrainResult one = Run(input);
        foreach (int threads in new[] { 1, 2, 3 })
        {
            Same(Run(input, threads: threads), one, $"{threads} threads");
        }
    }

    /// <summary>Uniform negatives in the first epoch, harder ones after it, by the scores of the model as a resumed run has it.</summary>
    [Test]
    public void Negatives_that_are_chosen_by_score_are_harder_and_survive_a_stop()
    {
        TrainingInput input = PlantedData.Make();
        TrainerOptions hard = Trainer with { NegativeCandidates = 4 };
        if (!Options.UsesNegatives)
        {
            Assert.That(
                () => Run(input, hard),
                Options.IsTrained
                    ? Throws.InstanceOf<InputException>().With.Message.Contains("train.negativeCandidates is 4")
                    : Throws.Nothing
            );
            return;
        }

        TrainResult whole = Run(input, hard);
        TrainResult uniform = Run(input);
        Assert.That(whole.History[0].Loss, Is.EqualTo(uniform.History[0].Loss));
        Assert.That(whole.History[1].Loss, Is.Not.EqualTo(uniform.History[1].Loss));
        Same(Resumed(input, hard), whole, "resumed");
    }

    [Test]
    public void A_killed_run_resumes_to_the_same_bytes()
    {
        TrainingInput input = PlantedData.Make();
        Same(Resumed(input, Trainer), Run(input), "resumed");
    }

    /// <summary>Stopped within epochs too: every fifth step, so that it goes on from their beginning, their middle and their end.</summary>
    [Test]
    public void A_run_stopped_every_few_steps_resumes_to_the_same_bytes([Values(1, 4)] int negativeCandidates)
    {
        if (!Options.IsTrained || (negativeCandidates > 1 && !Options.UsesNegatives))
        {
            return;
        }

        TrainingInput input = PlantedData.Make();
        TrainerOptions trainer = Trainer with { BatchSize = 16, NegativeCandidates = negativeCandidates };
        using var folder = new TemporaryFolder();
        TrainResult? resumed = null;
        while (resumed is null)
        {
            resumed = Steps(With(trainer).Resolve(input), input, folder.Path, steps: 5);
        }

        Same(resumed, Run(input, trainer), "stopped and gone on with");
    }

    [Test]
    public void Loss_falls_on_planted_data_and_recall_beats_popularity()
    {
        TrainingInput input = PlantedData.Make(users: 200, items: 160, perUser: 9, groups: 8, widths: [12, 10]);
        using IEngine engine = Engines.Cpu(2);
        TrainResult result = Training.Trainer.Run(With(Thorough), 1, input, engine);
        if (result.History.Count > 1)
        {
            Assert.That(result.History[^1].Loss, Is.LessThan(result.History[0].Loss));
        }

        if (name != "popularity")
        {
            Assert.That(result.BestRecall20, Is.GreaterThan(1.2 * PopularityRecall(input)));
        }
    }

    /// <summary>What is stored ranks everybody; each scorer's formula has its own tests.</summary>
    [Test]
    public void Scores_are_those_of_the_embeddings_or_the_models_own()
    {
        TrainingInput input = PlantedData.Make();
        int[] users = [3, 0, 59];
        using IEngine engine = Engines.Cpu();
        using Recommender model = SmallModel.Make(Options, engine, input);
        model.BeginEpoch(0);
        Scorer scorer = model.ToScorer();
        var nothing = new CsrMatrix(users.Length, input.ItemCount, new int[users.Length + 1], [], []);
        TopItems ranked = scorer.Rank(engine, users, input.ItemCount, nothing).Single();
        Assert.Multiple(() =>
        {
            Assert.That((scorer.UserCount, scorer.ItemCount), Is.EqualTo((input.UserCount, input.ItemCount)));
            for (int row = 0; row < users.Length; row++)
            {
                Range list = (row * input.ItemCount)..((row + 1) * input.ItemCount);
                Assert.That(ranked.Items[list], Is.EquivalentTo(Enumerable.Range(0, input.ItemCount)));
                Assert.That(ranked.Scores[list], Is.Ordered.Descending);
            }
        });
        if (scorer is InnerProducts products)
        {
            using IDisposable step = engine.BeginStep(gradients: false);
            (Tensor allUsers, Tensor items) = model.Embed();
            Assert.That(products.Users.Values, Is.EqualTo(engine.Read(allUsers).Values));
            Assert.That(products.Items.Values, Is.EqualTo(engine.Read(items).Values));
        }
    }

    [Test]
    public void It_trains_on_one_modality_and_on_three([Values(1, 3)] int modalities)
    {
        TrainingInput input = PlantedData.Make(widths: [.. Enumerable.Range(5, modalities)]);
        Finite(Run(input));
    }

    [Test]
    public void It_trains_on_neighbour_lists_in_place_of_features()
    {
        TrainingInput input = PlantedData.Make();
        Finite(Run(input with { Modalities = [.. input.Modalities.Select(static m => m with { Features = null })] }));
    }

    /// <summary>An item that nobody chose and that resembles none, a user of validation items alone, and one without any.</summary>
    [Test]
    public void It_trains_where_an_item_or_a_user_has_nothing()
    {
        TrainingInput input = PlantedData.Make();
        int user = input.UserCount - 1;
        int[] kept =
        [
            .. Enumerable.Range(0, input.TrainUsers.Length).Where(e => input.TrainItems[e] != 7 && input.TrainUsers[e] != user),
        ];
        int[] valid = [.. Enumerable.Range(0, input.ValidUsers.Length).Where(e => input.ValidUsers[e] != 0)];
        foreach (ModalityInput modality in input.Modalities)
        {
            modality.Features!.Row(7).Clear();
            modality.Candidates.AsSpan(7 * 12, 12).Fill(-1);
        }

        Finite(
            Run(
                input with
                {
                    TrainUsers = [.. kept.Select(e => input.TrainUsers[e])],
                    TrainItems = [.. kept.Select(e => input.TrainItems[e])],
                    ValidUsers = [.. valid.Select(e => input.ValidUsers[e])],
                    ValidItems = [.. valid.Select(e => input.ValidItems[e])],
                }
            )
        );
    }

    private static double PopularityRecall(TrainingInput input)
    {
        InteractionGraph graph = PlantedData.Graph(input);
        int[] order = [.. Enumerable.Range(0, input.ItemCount).OrderByDescending(item => graph.ItemDegrees[item])];
        return input
            .ValidUsers.Zip(input.ValidItems)
            .GroupBy(static pair => pair.First, static pair => pair.Second)
            .Average(wanted =>
            {
                int[] top = [.. order.Where(item => !graph.Contains(wanted.Key, item)).Take(20)];
                return (double)wanted.Count(top.Contains) / wanted.Count();
            });
    }

    private static void Finite(TrainResult result) =>
        Assert.Multiple(() =>
        {
            Assert.That(Numbers(result.Scorer), Is.All.Matches<float>(float.IsFinite));
            Assert.That(result.BestRecall20, Is.Positive);
        });

    private static void Same(TrainResult actual, TrainResult expected, string what) =>
        Assert.Multiple(() =>
        {
            Assert.That(actual.History.Select(static r => r.Loss), Is.EqualTo(expected.History.Select(static r => r.Loss)), what);
            Assert.That(Numbers(actual.Scorer).AsSpan().SequenceEqual(Numbers(expected.Scorer)), Is.True, what);
        });

    private static float[] Numbers(Scorer scorer) =>
        scorer switch
        {
            InnerProducts products => [.. products.Users.Values, .. products.Items.Values],
            PrototypeMixture mixture => [.. mixture.Users.Values, .. mixture.Items.Values, .. mixture.Shares.Values],
            NeighbourSums sums => [.. sums.Neighbours, .. sums.Weights],
            _ => throw new NotSupportedException(scorer.GetType().Name),
        };

    private TrainOptions With(TrainerOptions trainer) => new(Options, trainer);

    private TrainResult Run(TrainingInput input, int threads = 1) => Run(input, Trainer, threads);

    private TrainResult Run(TrainingInput input, TrainerOptions trainer, int threads = 1)
    {
        using IEngine engine = Engines.Cpu(threads);
        return Training.Trainer.Run(With(trainer), 1, input, engine);
    }

    // Killed after two epochs, and gone on with.
    private TrainResult Resumed(TrainingInput input, TrainerOptions trainer)
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var schedule = new CheckpointSchedule(1, 0);
        int last = Options.IsTrained ? 2 : 1;
        try
        {
            using IEngine engine = Engines.Cpu();
            var stop = new StopAfter(cancellation, last);
            Training.Trainer.Run(With(trainer), 1, input, engine, folder.Path, stop, schedule, cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            // Killed, as meant; a model that is fitted at once has finished instead.
        }

        using IEngine second = Engines.Cpu();
        TrainResult resumed = Training.Trainer.Run(With(trainer), 1, input, second, folder.Path, null, schedule);
        Assert.That(resumed.ResumedFrom, Is.EqualTo(last));
        return resumed;
    }

    // Goes on from the folder's checkpoint, with a model of its own, and leaves another there after so many steps.
    private static TrainResult? Steps(TrainOptions options, TrainingInput input, string folder, int steps)
    {
        using IEngine engine = Engines.Cpu();
        using var run = new TrainingRun(options, 1, input, ModalitySelection.Of(options.Model, input), engine);
        if (Checkpoint.Read(folder, "this run", EarlyStopping.Of(options), Assert.Fail) is { } state)
        {
            run.Restore(state);
        }

        int left = steps;
        while (!run.IsFinished)
        {
            if (run.Epoch(() => left-- == 0) is null)
            {
                Checkpoint.Write(folder, "this run", run.Device, run.State());
                return null;
            }
        }

        return run.Result(0);
    }

    private sealed class StopAfter(CancellationTokenSource cancellation, int epoch) : IProgress<EpochRecord>
    {
        public void Report(EpochRecord value)
        {
            if (value.Epoch == epoch)
            {
                cancellation.Cancel();
            }
        }
    }
}
