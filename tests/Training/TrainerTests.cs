using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class TrainerTests
{
    private static readonly CraneOptions Small = new()
    {
        EmbeddingSize = 8,
        Rounds = 2,
        Neighbours = 5,
    };

    private static readonly TrainerOptions Short = new()
    {
        LearningRate = 0.01,
        BatchSize = 64,
        Epochs = 6,
        Patience = 100,
    };

    private static readonly TrainerOptions Long = Short with { Epochs = 40, Patience = 8, BatchSize = 256 };

    private static IEnumerable<TestCaseData> Variants()
    {
        (string Name, CraneOptions Options)[] variants =
        [
            ("default", Small),
            ("layers 0", Small with { PropagationLayers = 0, ItemGraphLayers = 0 }),
            ("two item layers", Small with { ItemGraphLayers = 2 }),
            ("propagation weights shared", Small with { PropagationWeights = PropagationWeights.Shared }),
            ("propagation weights per layer", Small with { PropagationWeights = PropagationWeights.PerLayer }),
            ("edge dropout", Small with { EdgeDropout = 0.3 }),
            ("feature correlation", Small with { Correlation = Correlation.Feature }),
            ("entity softmax", Small with { Correlation = Correlation.Entity }),
            ("entity tanh", Small with { Correlation = Correlation.Entity, Activation = EntityActivation.Tanh }),
            ("concat", Small with { Fusion = Fusion.Concat }),
            ("sum", Small with { Fusion = Fusion.Sum }),
            ("graph average", Small with { Fusion = Fusion.GraphAverage }),
            ("mean profiles", Small with { UserAggregation = UserAggregation.Mean }),
            ("max profiles", Small with { UserAggregation = UserAggregation.Max }),
            ("attention profiles", Small with { UserAggregation = UserAggregation.Attention }),
            ("trained features", Small with { TrainFeatures = true }),
            ("pca and zero", Small with { ProjectionInit = ProjectionInit.Pca, ResidualInit = ResidualInit.Zero }),
            ("features first", Small with { InitialNeighbours = InitialNeighbours.Features, RebuildEvery = 2 }),
            ("exact search", Small with { CandidateSearch = CandidateSearch.Exact }),
            (
                "exact search from features",
                Small with
                {
                    CandidateSearch = CandidateSearch.Exact,
                    InitialNeighbours = InitialNeighbours.Features,
                    RebuildEvery = 0,
                }
            ),
            ("frozen", Small with { ItemGraph = ItemGraph.Frozen }),
            ("uniform weights", Small with { NeighbourWeights = NeighbourWeights.Uniform }),
            ("learned weights", Small with { NeighbourWeights = NeighbourWeights.Learned }),
            ("one modality", Small with { Modalities = ["modality1"] }),
            ("weighted modalities", Small with { ModalityWeights = new Dictionary<string, double> { ["modality0"] = 0.3 } }),
            ("symmetric users", Small with { SemanticUserNorm = SemanticUserNorm.Symmetric }),
            ("l2 fusion", Small with { FusionNorm = FusionNorm.L2 }),
            ("late", Small with { DualFusion = DualFusion.Late }),
            ("contrastive", Small with { ContrastiveWeight = 0.01, ContrastiveWarmup = 2 }),
            ("shared rounds", Small with { ShareRounds = true }),
            ("no regularisation", Small with { RegularizationWeight = 0 }),
            ("features at half width", Small with { FeaturePrecision = FeaturePrecision.Float16 }),
            ("content every third step", Small with { ContentEvery = 3 }),
            (
                "content every fourth step, two item layers",
                Small with
                {
                    ContentEvery = 4,
                    ItemGraphLayers = 2,
                    RebuildEvery = 2,
                }
            ),
        ];
        return variants
            .Select(static v => (v.Name, Options: new TrainOptions(v.Options, Short)))
            .Append(
                (Name: "sampling by users", Options: new TrainOptions(Small, Short with { BatchSampling = BatchSampling.Users }))
            )
            .Append((Name: "validated seldom", Options: new TrainOptions(Small, Short with { ValidateEvery = 4 })))
            .Select(static v => new TestCaseData(v.Options).SetArgDisplayNames(v.Name));
    }

    [TestCaseSource(nameof(Variants))]
    public void Every_variant_learns_and_is_the_same_for_one_and_two_threads(TrainOptions options)
    {
        TrainingInput input = PlantedData.Make();
        TrainResult one = Run(options, input, threads: 1);
        TrainResult two = Run(options, input, threads: 2);

        var model = (CraneOptions)options.Model;
        int width = model.EmbeddingSize * (model.DualFusion == DualFusion.Late ? 2 : 1);
        Assert.Multiple(() =>
        {
            Assert.That(one.History[^1].Part("bpr"), Is.LessThan(one.History[0].Part("bpr")));
            Assert.That(one.UserEmbeddings().Columns, Is.EqualTo(width));
            Assert.That(one.ItemEmbeddings().Rows, Is.EqualTo(input.ItemCount));
            Assert.That(Losses(two), Is.EqualTo(Losses(one)));
            Assert.That(two.UserEmbeddings().Values, Is.EqualTo(one.UserEmbeddings().Values));
            Assert.That(two.ItemEmbeddings().Values, Is.EqualTo(one.ItemEmbeddings().Values));
        });
    }

    [TestCaseSource(nameof(Variants))]
    public void An_interrupted_run_resumes_to_the_same_bytes(TrainOptions options)
    {
        TrainingInput input = PlantedData.Make();
        TrainResult whole = Run(options, input);
        using var folder = new TemporaryFolder();
        using (var cancellation = new CancellationTokenSource())
        {
            var stop = new Stop(cancellation, afterEpoch: 3);
            using IEngine engine = Engines.Cpu();
            Assert.Throws<OperationCanceledException>(() =>
                Trainer.Run(options, 1, input, engine, folder.Path, stop, new CheckpointSchedule(1, 0), cancellation.Token)
            );
        }

        using IEngine second = Engines.Cpu();
        var seen = new Collect();
        TrainResult resumed = Trainer.Run(options, 1, input, second, folder.Path, seen, new CheckpointSchedule(1, 0));

        using IEngine third = Engines.Cpu();
        TrainResult again = Trainer.Run(options, 1, input, third, folder.Path);
        Assert.Multiple(() =>
        {
            Assert.That(resumed.ResumedFrom, Is.EqualTo(3));
            Assert.That(seen.Epochs, Is.EqualTo(Enumerable.Range(1, options.Trainer.Epochs)));
            Assert.That(Losses(resumed), Is.EqualTo(Losses(whole)));
            Assert.That(resumed.BestEpoch, Is.EqualTo(whole.BestEpoch));
            Assert.That(resumed.UserEmbeddings().Values, Is.EqualTo(whole.UserEmbeddings().Values));
            Assert.That(resumed.ItemEmbeddings().Values, Is.EqualTo(whole.ItemEmbeddings().Values));
            Assert.That(
                again.ItemEmbeddings().Values,
                Is.EqualTo(whole.ItemEmbeddings().Values),
                "a finished run is not run again"
            );
            Assert.That(again.ResumedFrom, Is.EqualTo(options.Trainer.Epochs));
        });
    }

    [Test]
    public void Seeds_differ()
    {
        TrainingInput input = PlantedData.Make();
        Assert.That(Losses(Run(Small, input, seed: 2)), Is.Not.EqualTo(Losses(Run(Small, input, seed: 1))));
    }

    [Test]
    public void Content_that_drives_the_interactions_beats_LightGCN()
    {
        TrainingInput input = PlantedData.Make(users: 300, items: 240, perUser: 7, groups: 8, widths: [16, 24]);
        CraneOptions options = Small with
        {
            EmbeddingSize = 16,
            ProjectionInit = ProjectionInit.Pca,
            ResidualInit = ResidualInit.Zero,
        };
        TrainResult crane = Run(options, input, Long);
        TrainResult lightGcn = Run(new LightGcnOptions { EmbeddingSize = 16, RegularizationWeight = 1e-3 }, input, Long);
        Assert.That(crane.BestRecall20, Is.GreaterThan(lightGcn.BestRecall20 * 1.15));
    }

    [Test]
    public void Late_fusion_trains_its_collaborative_branch_apart()
    {
        TrainingInput input = PlantedData.Make();
        TrainerOptions one = Short with { Epochs = 1 };
        TrainResult late = Run(Small with { DualFusion = DualFusion.Late, FusionWeight = 0.25 }, input, one);
        TrainResult alone = Run(Small with { ItemGraph = ItemGraph.Off }, input, one);

        for (int user = 0; user < input.UserCount; user++)
        {
            Assert.That(late.UserEmbeddings().Row(user)[..8].ToArray(), Is.EqualTo(alone.UserEmbeddings().Row(user).ToArray()));
        }
    }

    [Test]
    public void Neighbour_lists_without_features_train_too(
        [Values(ItemGraph.Learned, ItemGraph.Frozen)] ItemGraph graph,
        [Values] NeighbourWeights weights
    )
    {
        TrainingInput full = PlantedData.Make(users: 300, items: 240, perUser: 7, groups: 8, candidates: 5);
        TrainingInput lists = full with { Modalities = [.. full.Modalities.Select(static m => m with { Features = null })] };
        CraneOptions options = Small with { ItemGraph = graph, NeighbourWeights = weights, DerivedFeatureWidth = 12 };
        TrainResult crane = Run(options, lists, Long);
        TrainResult lightGcn = Run(options with { ItemGraph = ItemGraph.Off }, full, Long);
        Assert.That(crane.BestRecall20, Is.GreaterThan(lightGcn.BestRecall20));
    }

    [Test]
    public void An_exploding_loss_stops_with_the_epoch_the_step_and_the_likely_setting()
    {
        CraneOptions options = Small with { ContrastiveWeight = 1000, ContrastiveTemperature = 0.001, ContrastiveWarmup = 1 };
        Assert.That(
            () => Run(options, PlantedData.Make()),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains("at epoch 2, step 1:")
                .And.Message.Contains("train.contrastiveWeight")
        );
    }

    [TestCase(float.NaN, "train.contentLearningRateScale")]
    [TestCase(1f, "train.learningRate")]
    public void A_loss_that_is_no_number_blames_what_has_run_away(float value, string expected)
    {
        using IEngine engine = Engines.Cpu();
        using var parameters = new ParameterSet(engine);
        parameters.Add("projection 0", Initial.Filled(3, 3, value), new StepScale("contentLearningRateScale", 0.1));
        var guard = new LossGuard(parameters);
        guard.Check(1, 1, 0.7, []);
        guard.Check(1, 2, 5000, []);
        Assert.That(
            () => guard.Check(4, 2, double.NaN, []),
            Throws.TypeOf<InputException>().With.Message.Contains("epoch 4, step 2").And.Message.Contains(expected)
        );
    }

    [Test]
    public void A_feature_that_is_no_number_is_named()
    {
        TrainingInput input = PlantedData.Make();
        input.Modalities[1].Features![7, 3] = float.NaN;
        Assert.That(
            () => Run(Small, input),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains("item 7")
                .And.Message.Contains("Feature 3")
                .And.Message.Contains("modality1")
        );
    }

    [Test]
    public void Settings_that_contradict_each_other_or_the_data_are_told()
    {
        TrainingInput input = PlantedData.Make();
        Assert.Multiple(() =>
        {
            Refused(Small with { Modalities = ["textual"] }, input, "modality0, modality1");
            Refused(Small with { DualFusion = DualFusion.Late, ContrastiveWeight = 1 }, input, "contrastiveWeight");
            Refused(Small with { DualFusion = DualFusion.Late, ItemGraph = ItemGraph.Off }, input, "itemGraph");
            Refused(Small, input with { Modalities = [] }, "needs at least one modality");
            Refused(Small, input with { ValidUsers = [], ValidItems = [] }, "validation");
            Refused(Small, input with { ItemCount = 41 }, "feature rows");
            Refused(Small, input with { UserCount = 3 }, "there are 3 users");
        });
    }

    [Test]
    public void A_damaged_or_foreign_checkpoint_is_set_aside_and_training_starts_again()
    {
        TrainingInput input = PlantedData.Make();
        using var folder = new TemporaryFolder();
        using IEngine engine = Engines.Cpu();
        TrainOptions short1 = new(Small, Short with { Epochs = 1 });
        float[] whole = Trainer.Run(short1, 1, input, engine, folder.Path).ItemEmbeddings().Values;
        string path = Path.Combine(folder.Path, Checkpoint.FileName);
        byte[] content = File.ReadAllBytes(path);
        var warnings = new List<string>();
        Trainer.Run(short1, 2, input, engine, folder.Path, schedule: new() { Warn = warnings.Add });
        Assert.That(warnings.Single(), Does.Contain(path).And.Contain("other settings"));
        Assert.That(File.ReadAllBytes(path + ".unusable"), Is.EqualTo(content));

        foreach (int cut in new[] { 0, 20, content.Length / 2, content.Length - 1 })
        {
            warnings.Clear();
            File.WriteAllBytes(path, content[..cut]);
            TrainResult again = Trainer.Run(short1, 1, input, engine, folder.Path, schedule: new() { Warn = warnings.Add });
            Assert.That(warnings.Single(), Does.Contain(path).And.Contain("damaged"), $"cut at {cut}");
            Assert.That(again.ItemEmbeddings().Values, Is.EqualTo(whole));
            Assert.That(again.ResumedFrom, Is.Zero);
        }
    }

    /// <summary>Whenever it is stopped, between epochs or in one: the clock decides where, and the result must not know it.</summary>
    [Test]
    public void A_run_stopped_again_and_again_at_any_step_gives_the_same_bytes([Values(1, 5)] int contentEvery)
    {
        TrainingInput input = PlantedData.Make();
        TrainOptions options = new(Small with { EdgeDropout = 0.2, ContentEvery = contentEvery }, Short with { BatchSize = 8 });
        TrainResult whole = Run(options, input);
        using var folder = new TemporaryFolder();
        TrainResult? resumed = null;
        for (int attempt = 1; resumed is null; attempt++)
        {
            using IEngine engine = Engines.Cpu();
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(5 * attempt));
            try
            {
                resumed = Trainer.Run(options, 1, input, engine, folder.Path, cancellation: cancellation.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.That(File.Exists(Path.Combine(folder.Path, Checkpoint.FileName)), Is.True);
            }
        }

        Assert.That(Losses(resumed), Is.EqualTo(Losses(whole)));
        Assert.That(resumed.ItemEmbeddings().Values, Is.EqualTo(whole.ItemEmbeddings().Values));
    }

    [Test]
    public void A_step_gives_all_its_memory_back()
    {
        TrainingInput input = PlantedData.Make();
        using IEngine engine = Engines.Cpu();
        Trainer.Run(new TrainOptions(Small, Short with { Epochs = 2 }), 1, input, engine);
        long after = engine.PeakBytes;
        for (int run = 0; run < 5; run++)
        {
            Trainer.Run(new TrainOptions(Small, Short with { Epochs = 2 }), 1, input, engine);
        }

        Assert.That(engine.PeakBytes, Is.LessThanOrEqualTo(after * 1.2));
    }

    private static void Refused(CraneOptions options, TrainingInput input, string expected) =>
        Assert.That(() => Run(options, input), Throws.TypeOf<InputException>().With.Message.Contains(expected));

    private static double[] Losses(TrainResult result) =>
        [.. result.History.SelectMany(static r => new[] { r.Loss, r.Part("bpr"), r.Recall20 ?? -1, r.Ndcg20 ?? -1 })];

    private static TrainResult Run(ModelOptions model, TrainingInput input, TrainerOptions? trainer = null, long seed = 1) =>
        Run(new TrainOptions(model, trainer ?? Short), input, seed: seed);

    private static TrainResult Run(TrainOptions options, TrainingInput input, int threads = 1, long seed = 1)
    {
        using IEngine engine = Engines.Cpu(threads);
        return Trainer.Run(options, seed, input, engine);
    }

    private sealed class Stop(CancellationTokenSource cancellation, int afterEpoch) : IProgress<EpochRecord>
    {
        public void Report(EpochRecord value)
        {
            if (value.Epoch == afterEpoch)
            {
                cancellation.Cancel();
            }
        }
    }

    private sealed class Collect : IProgress<EpochRecord>
    {
        public List<int> Epochs { get; } = [];

        public void Report(EpochRecord value) => Epochs.Add(value.Epoch);
    }
}
