using CranePipeline.Training;
using CranePipeline.Training.Tests;
using NUnit.Framework;

namespace CranePipeline.Tensors.Torch.Tests;

/// <summary>Every model of the catalogue on this engine.</summary>
internal sealed class ModelTests
{
    private static readonly TrainerOptions Trainer = new()
    {
        LearningRate = 0.01,
        BatchSize = 64,
        Epochs = 1,
    };

    /// <summary>Each model on each device.</summary>
    public static IEnumerable<TestCaseData> Cases =>
        from device in Devices.Present
        from model in ModelCatalog.All.Select(entry => entry.Name)
        select new TestCaseData(device, model);

    [TestCaseSource(nameof(Cases))]
    public void Gradients_are_the_losss_central_differences(string device, string model)
    {
        TrainingInput input = PlantedData.Make(users: 10, items: 9, perUser: 4, widths: [3, 4], candidates: 4);
        using TorchEngine engine = Devices.Open(device);

        SmallModel.CheckGradients(SmallModel.Options(model), engine, input);
    }

    [TestCaseSource(nameof(Cases))]
    public void The_first_epochs_loss_is_the_cpu_engines(string device, string model)
    {
        TrainingInput input = PlantedData.Make();
        using TorchEngine engine = Devices.Open(device);
        using var cpu = new CpuEngine(1);

        Assert.That(Loss(model, engine, input), Is.EqualTo(Loss(model, cpu, input)).Within(1e-3).Percent);
    }

    /// <summary>From the second epoch on negatives are chosen by scores that this engine computes.</summary>
    [TestCaseSource(typeof(Devices), nameof(Devices.Present))]
    public void Negatives_are_chosen_as_on_the_cpu_engine(string device)
    {
        TrainingInput input = PlantedData.Make();
        using TorchEngine engine = Devices.Open(device);
        using var cpu = new CpuEngine(1);
        TrainerOptions hard = Trainer with { Epochs = 3, NegativeCandidates = 4 };

        double[] here = Losses("lightgcn", hard, engine, input);
        Assert.That(here, Is.EqualTo(Losses("lightgcn", hard, cpu, input)).Within(0.1).Percent);
        Assert.That(
            here[2],
            Is.Not.EqualTo(Losses("lightgcn", Trainer with { Epochs = 3 }, engine, input)[2]).Within(0.1).Percent
        );
    }

    private static double Loss(string model, IEngine engine, TrainingInput input) => Losses(model, Trainer, engine, input)[0];

    private static double[] Losses(string model, TrainerOptions trainer, IEngine engine, TrainingInput input) =>
        [
            .. CranePipeline
                .Training.Trainer.Run(new TrainOptions(SmallModel.Options(model), trainer), 1, input, engine)
                .History.Select(epoch => epoch.Loss),
        ];
}
