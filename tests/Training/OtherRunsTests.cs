using CranePipeline.Tensors;
using static CranePipeline.Training.Tests.CraneRuns;

namespace CranePipeline.Training.Tests;

/// <summary>Runs that go on from others', which had fewer epochs or less patience.</summary>
[TestFixture]
public sealed class OtherRunsTests
{
    private readonly TrainingInput input = PlantedData.Make();
    private TemporaryFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void More_epochs_go_on_from_fewer_and_give_the_same_bytes_as_all_at_once([Values(1, 2)] int validateEvery)
    {
        TrainerOptions all = Short with { NegativeCandidates = 2, ValidateEvery = validateEvery };
        TrainResult whole = Run("whole", all);
        Run("two", all with { Epochs = 2 });
        Run("four", all with { Epochs = 4 });

        TrainResult longer = Run("longer", all, "two", "four", "nothing here");

        Assert.Multiple(() =>
        {
            Assert.That(longer.ResumedFrom, Is.EqualTo(4), "the furthest");
            Assert.That(Losses(longer), Is.EqualTo(Losses(whole)));
            Assert.That(longer.ItemEmbeddings().Values, Is.EqualTo(whole.ItemEmbeddings().Values));
            Assert.That(Checkpoint("longer"), Is.EqualTo(Checkpoint("whole")));
            Assert.That(
                longer.History.Select(static epoch => epoch.Seconds),
                Is.All.GreaterThan(0),
                "what the first epochs cost is kept"
            );
        });
    }

    [Test]
    public void More_patience_goes_on_from_less()
    {
        TrainerOptions patient = Short with { Epochs = 60, Patience = 6, LearningRate = 0.1 };
        TrainResult whole = Run("whole", patient);
        TrainResult hasty = Run("hasty", patient with { Patience = 2 });
        Assume.That(hasty.History, Has.Count.LessThan(whole.History.Count));

        TrainResult longer = Run("longer", patient, "hasty");

        Assert.Multiple(() =>
        {
            Assert.That(longer.ResumedFrom, Is.EqualTo(hasty.History.Count));
            Assert.That(Checkpoint("longer"), Is.EqualTo(Checkpoint("whole")));
        });
    }

    [Test]
    public void A_run_that_is_all_there_is_not_trained_again()
    {
        TrainResult whole = Run("whole", Short);

        TrainResult again = Run("again", Short, "whole");

        Assert.That(again.ResumedFrom, Is.EqualTo(Short.Epochs));
        Assert.That(Checkpoint("again"), Is.EqualTo(Checkpoint("whole")));
        Assert.That(again.BestEpoch, Is.EqualTo(whole.BestEpoch));
    }

    private static IEnumerable<TestCaseData> Others()
    {
        yield return new TestCaseData(Short with { Epochs = 8 }).SetArgDisplayNames("more epochs");
        yield return new TestCaseData(Short with { Epochs = 4, LearningRate = 0.02 }).SetArgDisplayNames("another step");
        yield return new TestCaseData(Short with { Epochs = 3, ValidateEvery = 2 }).SetArgDisplayNames("other validations");
    }

    [TestCaseSource(nameof(Others))]
    public void A_run_that_it_would_not_come_through_is_left_alone(TrainerOptions other)
    {
        TrainerOptions wanted = Short with { ValidateEvery = other.ValidateEvery };
        Run("other", other);
        byte[] before = Checkpoint("other");

        Assert.That(Run("wanted", wanted, "other").ResumedFrom, Is.Zero);
        Assert.That(Checkpoint("other"), Is.EqualTo(before));
    }

    [Test]
    public void A_damaged_checkpoint_of_another_run_is_passed_over()
    {
        Run("two", Short with { Epochs = 2 });
        Run("four", Short with { Epochs = 4 });
        string path = Path.Combine(folder.Path, "four", Trainer.CheckpointFile);
        byte[] content = File.ReadAllBytes(path);
        foreach (int cut in new[] { 0, 5, 30, content.Length / 2, content.Length - 1 })
        {
            File.WriteAllBytes(path, content[..cut]);
            Assert.That(Run($"cut at {cut}", Short, "four", "two").ResumedFrom, Is.EqualTo(2), $"cut at {cut}");
        }
    }

    private byte[] Checkpoint(string run) => File.ReadAllBytes(Path.Combine(folder.Path, run, Trainer.CheckpointFile));

    private TrainResult Run(string run, TrainerOptions trainer, params string[] others)
    {
        using IEngine engine = Engines.Cpu();
        using PreparedTraining training = Trainer.Prepare(
            new TrainOptions(Small, trainer),
            1,
            input,
            engine,
            Path.Combine(folder.Path, run),
            otherRuns: others.Select(other => Path.Combine(folder.Path, other))
        );
        return training.Run();
    }
}
