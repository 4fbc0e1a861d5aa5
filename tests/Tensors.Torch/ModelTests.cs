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

    private static double Loss(string model, IEngine engine, TrainingInput input) =>
        CranePipeline
            .Training.Trainer.Run(new TrainOptions(SmallModel.Options(model), Trainer), 1, input, engine)
            .History[0]
            .Loss;
}
