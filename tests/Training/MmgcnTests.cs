using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class MmgcnTests
{
    private static readonly MmgcnOptions Penalised = (MmgcnOptions)SmallModel.Options("mmgcn") with
    {
        WeightRegularizationWeight = 0.01,
    };

    [Test]
    public void A_penalty_of_the_weights_has_the_right_gradient()
    {
        using IEngine engine = Engines.Cpu();
        TrainingInput input = PlantedData.Make(users: 10, items: 9, perUser: 4, widths: [3, 4], candidates: 4);
        SmallModel.CheckGradients(Penalised, engine, input);
    }

    [Test]
    public void A_penalty_of_the_weights_keeps_them_small()
    {
        static double Squares(ModelOptions options)
        {
            var trainer = new TrainerOptions
            {
                LearningRate = 0.01,
                BatchSize = 64,
                Epochs = 6,
                Patience = 6,
            };
            using IEngine engine = Engines.Cpu();
            TrainResult result = Trainer.Run(new TrainOptions(options, trainer), 1, PlantedData.Make(), engine);
            return result.History[^1].Part("weights");
        }

        Assert.That(
            Squares(Penalised) / 0.01,
            Is.LessThan(0.5 * Squares(Penalised with { WeightRegularizationWeight = 1e-9 }) / 1e-9)
        );
    }
}
