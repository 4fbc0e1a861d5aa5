using CranePipeline.Tables;
using CranePipeline.Tensors;
using static CranePipeline.Training.Tests.CraneRuns;

namespace CranePipeline.Training.Tests;

/// <summary>
/// Settings and data that cannot be trained with, and training that runs away: what is said, and that it names the setting.
/// </summary>
[TestFixture]
public sealed class TrainerErrorTests
{
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
    public void Weights_of_modalities_are_finite_and_leave_one_of_those_in_use_above_zero()
    {
        TrainingInput input = PlantedData.Make();
        Func<Dictionary<string, double>, MultimodalOptions>[] models =
        [
            static weights => Small with { ModalityWeights = weights },
            static weights => (FreedomOptions)SmallModel.Options("freedom") with { ModalityWeights = weights },
            static weights => (DgvaeOptions)SmallModel.Options("dgvae") with { ModalityWeights = weights },
        ];
        foreach (Func<Dictionary<string, double>, MultimodalOptions> model in models)
        {
            foreach (double weight in new[] { -0.5, double.NaN, double.PositiveInfinity, 1e300 })
            {
                Refused(model(new() { ["modality1"] = weight }), input, "train.modalityWeights gives modality1");
            }

            Refused(model(new() { ["modality0"] = 0, ["modality1"] = 0 }), input, "every modality in use (modality0, modality1)");
            MultimodalOptions one = model(new() { ["modality1"] = 0 });
            Refused(one with { Modalities = ["modality1"] }, input, "every modality in use (modality1)");
            Assert.That(() => Run(one, input, Short with { Epochs = 1 }), Throws.Nothing);
        }
    }

    [Test]
    public void More_neighbours_than_an_array_can_hold_are_refused_with_what_it_can()
    {
        var input = new TrainingInput
        {
            UserCount = 2,
            ItemCount = 60_000,
            TrainUsers = [0, 0, 1],
            TrainItems = [0, 1, 1],
            ValidUsers = [1],
            ValidItems = [2],
            Modalities = [],
        };
        Refused(new ItemKnnOptions { Neighbours = 100_000 }, input, $"train.neighbours 60000 is too many for 60000 items");
        Refused(new ItemKnnOptions { Neighbours = 40_000 }, input, $"set it to {Array.MaxLength / 60_000} or fewer");
    }

    private static void Refused(ModelOptions options, TrainingInput input, string expected) =>
        Assert.That(() => Run(options, input), Throws.TypeOf<InputException>().With.Message.Contains(expected));
}
