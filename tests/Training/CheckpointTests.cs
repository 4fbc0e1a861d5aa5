using CranePipeline.Tensors;
using static CranePipeline.Training.Tests.CraneRuns;

namespace CranePipeline.Training.Tests;

/// <summary>Runs that are stopped and go on: the result does not know it.</summary>
[TestFixture]
public sealed class CheckpointTests
{
    [TestCaseSource(typeof(CraneRuns), nameof(CraneRuns.Variants))]
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
            Assert.That(seen.Epochs, Is.EqualTo(Enumerable.Range(4, options.Trainer.Epochs - 3)), "none twice");
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
    public void A_run_stopped_again_and_again_at_any_step_gives_the_same_bytes(
        [Values(1, 5)] int contentEvery,
        [Values(1, 3)] int negativeCandidates
    )
    {
        TrainingInput input = PlantedData.Make();
        TrainOptions options = new(
            Small with
            {
                EdgeDropout = 0.2,
                ContentEvery = contentEvery,
            },
            Short with
            {
                BatchSize = 8,
                NegativeCandidates = negativeCandidates,
            }
        );
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
