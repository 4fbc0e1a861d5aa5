using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

/// <summary>The weights of UltraGCN's pairs, seen in the loss of scores that are all zero: log 2 a pair, times its weight.</summary>
[TestFixture]
public sealed class UltraGcnTests
{
    private const double NegativeWeight = 10;

    private static readonly UltraGcnOptions Weightless = (UltraGcnOptions)SmallModel.Options("ultragcn") with
    {
        InitialDeviation = 0,
        ItemWeight = 0,
        RegularizationWeight = 0,
        NegativeWeight = NegativeWeight,
        PairWeight = 0,
        ConstraintWeight = 0,
        NegativePairWeight = 0,
        NegativeConstraintWeight = 0,
    };

    [Test]
    public void Positives_and_negatives_have_weights_of_their_own()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Weight(Weightless with { PairWeight = 3 }), Is.EqualTo(3).Within(0.01).Percent);
            Assert.That(Weight(Weightless with { NegativePairWeight = 3 }), Is.EqualTo(3 * NegativeWeight).Within(0.01).Percent);
            Assert.That(
                Weight(Weightless with { PairWeight = 1, NegativePairWeight = 2 }),
                Is.EqualTo(1 + (2 * NegativeWeight)).Within(0.01).Percent
            );
        });
    }

    [Test]
    public void The_constraint_of_a_positive_is_made_of_both_degrees()
    {
        TrainingInput input = PlantedData.Make();
        InteractionGraph graph = PlantedData.Graph(input);
        double beta = input
            .TrainUsers.Zip(input.TrainItems)
            .Average(pair =>
            {
                (double user, double item) = (graph.UserDegrees[pair.First], graph.ItemDegrees[pair.Second]);
                return Math.Sqrt((user + 1) / (item + 1)) / user;
            });

        Assert.That(Weight(Weightless with { ConstraintWeight = 2 }), Is.EqualTo(2 * beta).Within(0.01).Percent);
        Assert.That(Weight(Weightless with { NegativeConstraintWeight = 2 }), Is.GreaterThan(0));
    }

    // What a pair weighs in the mean, its negatives' mean included.
    private static double Weight(UltraGcnOptions options)
    {
        TrainingInput input = PlantedData.Make();
        var trainer = new TrainerOptions { BatchSize = input.TrainUsers.Length, Epochs = 1 };
        using IEngine engine = Engines.Cpu();
        TrainResult result = Trainer.Run(new TrainOptions(options, trainer), seed: 1, input, engine);
        return result.History[0].Part("constraint") / Math.Log(2);
    }
}
