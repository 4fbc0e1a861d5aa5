using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class AutoScheduleTests
{
    /// <summary>Baby's, Sports', Gowalla's, Electronics' and thirty times Baby's training interactions.</summary>
    [TestCase(1, 1024)]
    [TestCase(128_634, 1024)]
    [TestCase(237_102, 2048)]
    [TestCase(809_318, 8192)]
    [TestCase(1_351_350, 14_336)]
    [TestCase(3_859_020, 39_936)]
    public void A_batch_grows_so_that_an_epoch_keeps_its_steps(long interactions, int expected)
    {
        int batch = AutoSchedule.BatchSize(interactions);
        Assert.That(batch, Is.EqualTo(expected));
        Assert.That((double)interactions / batch, Is.LessThan(1.5 * AutoSchedule.Steps));
        Assert.That(batch == AutoSchedule.BaseBatch || interactions / batch > AutoSchedule.Steps / 1.5);
    }

    [Test]
    public void A_batch_has_a_limit() =>
        Assert.That(AutoSchedule.BatchSize(long.MaxValue), Is.EqualTo(AutoSchedule.LargestBatch));

    [Test]
    public void The_step_size_follows_the_batch_up_to_a_limit()
    {
        Assert.That(AutoSchedule.Scale(1024), Is.EqualTo(1));
        Assert.That(AutoSchedule.Scale(4096), Is.EqualTo(2));
        Assert.That(AutoSchedule.Scale(1 << 22), Is.EqualTo(4));
    }

    [Test]
    public void Validations_become_rare_where_they_cost_more_than_a_fifth_of_the_epochs_between_them()
    {
        MemoryPlan plan = new(users: 1000, items: 500, interactions: 10_000, widths: [], batchSize: 100);
        plan.AddPropagation(width: 10, layers: 1);
        plan.AddWork(-plan.StepWork + 3_000);
        int Interval(long validUsers) => AutoSchedule.ValidateEvery(plan, validUsers, batch: 100);

        // An epoch is 100 steps of 3,000; a fifth of it is 60,000. A validation is 1,000 and 5,000 a user.
        Assert.That(Interval(11), Is.EqualTo(1));
        Assert.That(Interval(12), Is.EqualTo(2));
        Assert.That(Interval(35), Is.EqualTo(3));
        Assert.That(Interval(1_000_000), Is.EqualTo(AutoSchedule.LongestInterval));
    }

    [Test]
    public void A_run_with_auto_is_the_run_with_its_numbers()
    {
        TrainingInput input = PlantedData.Make();
        TrainerOptions auto = new()
        {
            BatchSize = null,
            ValidateEvery = null,
            Epochs = 4,
        };
        TrainOptions given = new(new LightGcnOptions { EmbeddingSize = 4 }, auto);
        TrainerOptions resolved = given.Resolve(input).Trainer;
        Assert.That(resolved.BatchSize, Is.EqualTo(1024));
        Assert.That(resolved.LearningRate, Is.EqualTo(auto.LearningRate));
        Assert.That(resolved.ValidateEvery, Is.InRange(1, AutoSchedule.LongestInterval));
        Assert.That(given.Resolve(input).Resolve(input).Trainer, Is.EqualTo(resolved));

        using IEngine engine = Engines.Cpu();
        using var folder = new TemporaryFolder();
        TrainResult first = Trainer.Run(given, 1, input, engine, folder.Path);
        TrainResult second = Trainer.Run(given with { Trainer = resolved }, 1, input, engine, folder.Path);
        Assert.That(second.ResumedFrom, Is.EqualTo(4), "the checkpoint is that of the same run");
        Assert.That(second.ItemEmbeddings().Values, Is.EqualTo(first.ItemEmbeddings().Values));
    }
}
