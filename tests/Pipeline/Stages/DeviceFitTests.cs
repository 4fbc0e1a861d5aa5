using System.Reflection;
using CranePipeline.Stages;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using CranePipeline.Training;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Stages;

/// <summary>A run that does not fit its device is told of before it starts.</summary>
public sealed class DeviceFitTests
{
    // Interactions alone: LightGCN, whose memory is the embeddings'.
    private static readonly TrainingInput Input = new()
    {
        UserCount = 2000,
        ItemCount = 1000,
        TrainUsers = [0, 1, 2],
        TrainItems = [0, 1, 2],
        ValidUsers = [0],
        ValidItems = [1],
        Modalities = [],
    };

    [Test]
    public void A_run_that_fits_passes_and_a_larger_one_is_told_of()
    {
        long needed = TrainingMemory.Of(Options(64), Input).TotalBytes;
        IEngine device = Device.With(needed);

        Assert.That(() => DeviceFit.Check(device, Options(64), Input), Throws.Nothing);
        Assert.That(
            () => DeviceFit.Check(device, Options(128), Input),
            Throws.TypeOf<InputException>().With.Message.Contains("small device").And.Message.Contains("-Device cpu")
        );
        Assert.That(() => DeviceFit.Check(Device.With(null), Options(1024), Input), Throws.Nothing);
    }

    [Test]
    public void A_machine_that_cannot_is_told_of_with_both_numbers_and_one_that_just_can_is_not()
    {
        long least = TrainingMemory.Of(Options(64), Input).LeastBytes;
        Assert.That(least, Is.InRange(4L * 4 * 3000 * 64, TrainingMemory.Of(Options(64), Input).TotalBytes));
        Assert.That(() => DeviceFit.CheckHost(least, Options(64), Input), Throws.Nothing);
        Assert.That(
            () => DeviceFit.CheckHost(10_000_000, Options(4096), Input),
            Throws.TypeOf<InputException>().With.Message.Matches("at least [0-9.]+ GB .* 0.01 GB.*train.embeddingSize")
        );
    }

    [Test]
    public void A_search_names_the_trial_that_does_not_fit()
    {
        IEngine device = Device.With(TrainingMemory.Of(Options(64), Input).TotalBytes);
        var points = GridSearch.Expand(
            Options(64),
            new Dictionary<string, IReadOnlyList<string>> { ["embeddingSize"] = ["32", "64", "256"] }
        );

        Assert.That(() => SearchStage.CheckFit(device, [.. points.Take(2)], Input), Throws.Nothing);
        Assert.That(
            () => SearchStage.CheckFit(device, points, Input),
            Throws.TypeOf<InputException>().With.Message.StartsWith("search, embeddingSize 256: ")
        );
    }

    private static TrainOptions Options(int size) => new(new LightGcnOptions { EmbeddingSize = size }, new TrainerOptions());

    /// <summary>An engine that is asked for its name and its memory alone.</summary>
    public class Device : DispatchProxy
    {
        private long? available;

        public interface IEngineWithMemory : IEngine, IDeviceMemory;

        public static IEngine With(long? available)
        {
            IEngineWithMemory device = Create<IEngineWithMemory, Device>();
            ((Device)(object)device).available = available;
            return device;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name switch
            {
                "get_Name" => "small device",
                "get_AvailableBytes" => available,
                _ => throw new NotSupportedException(targetMethod.Name),
            };
    }
}
