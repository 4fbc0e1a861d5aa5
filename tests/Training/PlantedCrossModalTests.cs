using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>
/// What attention is worth where modalities tell only together. Each model's settings were chosen on seeds 101 to 103 (docs/models.md).
/// </summary>
[TestFixture]
public sealed class PlantedCrossModalTests
{
    // All six for one model is a chance of 1/64 where two are equally good.
    private static readonly long[] Seeds = [1, 2, 3, 4, 5, 6];

    private static readonly TrainerOptions Trainer = new()
    {
        LearningRate = 0.005,
        BatchSize = 512,
        Epochs = 150,
        Patience = 20,
    };

    private static readonly CraneOptions Attention = new()
    {
        EmbeddingSize = 32,
        PropagationLayers = 5,
        CandidateSearch = CandidateSearch.Exact,
    };

    private static readonly CraneOptions Concatenation = Attention with
    {
        Fusion = Fusion.Concat,
        FusionWeight = 0.5,
        PropagationLayers = 7,
    };

    [Test]
    public void Attention_is_above_concatenation_LightGCN_and_FREEDOM_on_every_seed()
    {
        var freedom = new FreedomOptions
        {
            EmbeddingSize = 32,
            EdgeDropout = 0,
            Neighbours = 20,
            PropagationLayers = 8,
        };
        (string Name, ModelOptions Options)[] rivals =
        [
            ("concatenation", Concatenation),
            ("LightGCN", new LightGcnOptions { EmbeddingSize = 32, PropagationLayers = 8 }),
            ("FREEDOM", freedom),
        ];
        foreach (long seed in Seeds)
        {
            double attention = Recall(Attention, seed);
            TestContext.Out.WriteLine(FormattableString.Invariant($"seed {seed}: attention {attention:F4}"));
            foreach ((string name, ModelOptions options) in rivals)
            {
                double rival = Recall(options, seed);
                TestContext.Out.WriteLine(FormattableString.Invariant($"seed {seed}: {name} {rival:F4}"));
                Assert.That(attention, Is.GreaterThan(1.1 * rival), $"seed {seed}, {name}");
            }
        }
    }

    /// <summary>
    /// Cross terms, neighbours that follow them and a step that moves them: without one of these there is no more than concatenation.
    /// </summary>
    [Test]
    [Explicit("sixty-six runs")]
    public void Attention_earns_by_cross_terms_that_are_trained_and_followed()
    {
        double Mean(string name, CraneOptions options)
        {
            double mean = Seeds.Average(seed => Recall(options, seed));
            TestContext.Out.WriteLine(FormattableString.Invariant($"{name}: {mean:F4}"));
            return mean;
        }

        double concatenation = Mean("concat", Concatenation);
        double average = Mean("graphAverage", Concatenation with { Fusion = Fusion.GraphAverage });
        double sum = Mean("sum", Attention with { Fusion = Fusion.Sum });
        double linear = Mean("attention, linear", Attention);
        double entity = Mean("attention, entity, one round", Attention with { Correlation = Correlation.Entity, Rounds = 1 });
        double feature = Mean("attention, feature", Attention with { Correlation = Correlation.Feature });
        double one = Mean("linear, one round", Attention with { Rounds = 1 });
        double zero = Mean("linear, residualInit zero", Attention with { ResidualInit = ResidualInit.Zero });
        double tenth = Mean("linear, a tenth of the step", Attention with { ContentLearningRateScale = 0.1 });
        double hundredth = Mean("linear, a hundredth of the step", Attention with { ContentLearningRateScale = 0.01 });
        double kept = Mean("linear, first neighbours kept", Attention with { RebuildEvery = 0 });
        Assert.Multiple(() =>
        {
            double floor = 1.05 * concatenation;
            Assert.That(new[] { linear, entity, one, zero, tenth, sum }, Is.All.GreaterThan(floor));
            Assert.That(new[] { average, feature, hundredth, kept }, Is.All.LessThan(floor));
        });
    }

    /// <summary>
    /// The data on which content has most to learn, in batches small enough for twelve steps an epoch: what training content in
    /// every second or fourth of them costs.
    /// </summary>
    [Test]
    [Explicit("eighteen runs")]
    public void Content_that_is_trained_every_few_steps_still_earns()
    {
        TrainerOptions twelveSteps = Trainer with { BatchSize = 64, LearningRate = 0.002 };
        double Mean(int every)
        {
            double[] recalls = [.. Seeds.Select(seed => Recall(Attention with { ContentEvery = every }, seed, twelveSteps))];
            TestContext.Out.WriteLine(
                $"every {every}: {recalls.Average():F4} ({string.Join(", ", recalls.Select(r => $"{r:F4}"))})"
            );
            return recalls.Average();
        }

        double exact = Mean(1);
        Assert.That(new[] { Mean(2), Mean(4) }, Is.All.GreaterThan(0.9 * exact));
    }

    private static double Recall(ModelOptions options, long seed, TrainerOptions? trainer = null)
    {
        using IEngine engine = Engines.Cpu();
        var settings = new TrainOptions(options, trainer ?? Trainer);
        return Training.Trainer.Run(settings, seed, PlantedCrossModal.Make(seed), engine).BestRecall20;
    }
}
