using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>CRANE at a size for tests, each of its variants, and runs of it.</summary>
internal static class CraneRuns
{
    public static readonly CraneOptions Small = new()
    {
        EmbeddingSize = 8,
        Rounds = 2,
        Neighbours = 5,
    };

    public static readonly TrainerOptions Short = new()
    {
        LearningRate = 0.01,
        BatchSize = 64,
        Epochs = 6,
        Patience = 100,
    };

    /// <summary>What CRANE can be made of, an option or two at a time, and how it can be trained.</summary>
    public static IEnumerable<TestCaseData> Variants()
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
            ("two members", Small with { Members = 2 }),
            ("two members, frozen", Small with { Members = 2, ItemGraph = ItemGraph.Frozen, EdgeDropout = 0.3 }),
            ("two members, late", Small with { Members = 2, DualFusion = DualFusion.Late }),
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
            .Append((Name: "a smaller step each epoch", Options: new TrainOptions(Small, Short with { LearningRateDecay = 0.7 })))
            .Append((Name: "validated seldom", Options: new TrainOptions(Small, Short with { ValidateEvery = 4 })))
            .Select(static v => new TestCaseData(v.Options).SetArgDisplayNames(v.Name));
    }

    /// <summary>Loss, BPR and validation of every epoch.</summary>
    public static double[] Losses(TrainResult result) =>
        [.. result.History.SelectMany(static r => new[] { r.Loss, r.Part("bpr"), r.Recall20 ?? -1, r.Ndcg20 ?? -1 })];

    public static TrainResult Run(ModelOptions model, TrainingInput input, TrainerOptions? trainer = null, long seed = 1) =>
        Run(new TrainOptions(model, trainer ?? Short), input, seed: seed);

    public static TrainResult Run(TrainOptions options, TrainingInput input, int threads = 1, long seed = 1)
    {
        using IEngine engine = Engines.Cpu(threads);
        return Trainer.Run(options, seed, input, engine);
    }
}
