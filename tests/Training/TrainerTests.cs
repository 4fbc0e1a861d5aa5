using CranePipeline.Tensors;
using static CranePipeline.Training.Tests.CraneRuns;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class TrainerTests
{
    private static readonly TrainerOptions Long = Short with { Epochs = 40, Patience = 8, BatchSize = 256 };

    [TestCaseSource(typeof(CraneRuns), nameof(CraneRuns.Variants))]
    public void Every_variant_learns_and_is_the_same_for_one_and_two_threads(TrainOptions options)
    {
        TrainingInput input = PlantedData.Make();
        TrainResult one = Run(options, input, threads: 1);
        TrainResult two = Run(options, input, threads: 2);

        var model = (CraneOptions)options.Model;
        int width = model.EmbeddingSize * model.Members * (model.DualFusion == DualFusion.Late ? 2 : 1);
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

    [Test]
    public void A_step_that_decays_is_the_given_one_in_the_first_epoch_and_that_times_the_factor_in_the_next()
    {
        TrainingInput input = PlantedData.Make();
        TrainerOptions three = Short with { Epochs = 3 };
        CraneOptions options = Small with { ItemGraph = ItemGraph.Off };
        double[] kept = Losses(Run(options, input, three));
        double[] stopped = Losses(Run(options, input, three with { LearningRateDecay = 1e-6 }));
        int each = kept.Length / 3;

        Assert.That(stopped[..each], Is.EqualTo(kept[..each]), "first epoch");
        // As good as no step: what is validated stays as it is.
        Assert.That(stopped[(each + 2)..(2 * each)], Is.EqualTo(kept[2..each]), "second epoch");
        Assert.That(stopped[((2 * each) + 2)..], Is.EqualTo(kept[2..each]), "third epoch");
        Assert.That(kept[(2 * each)..], Is.Not.EqualTo(stopped[(2 * each)..]));
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
}
