using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class EpochLossesTests
{
    [TestCase(0, 0)]
    [TestCase(3, 3)]
    [TestCase(100, 10)]
    public void Losses_are_read_as_late_as_allowed_and_add_up_the_same(int mostPending, int unread)
    {
        int read = 0;
        var losses = new EpochLosses(null, Guard(), mostPending);
        for (int step = 1; step <= 10; step++)
        {
            losses.Add(Step(step, step * 0.1f, () => read++));
        }

        Assert.That(read, Is.EqualTo(10 - unread));
        Assert.That(losses.Parts(1).Single().Value, Is.EqualTo(losses.Total));
        Assert.That(read, Is.EqualTo(10));
        double expected = Enumerable.Range(1, 10).Sum(static step => 4 * (double)(step * 0.1f));
        Assert.That(losses.Total, Is.EqualTo(expected));
    }

    [Test]
    public void A_loss_that_is_read_late_is_told_of_with_its_own_step()
    {
        var losses = new EpochLosses(null, Guard(), mostPending: 3);
        losses.Add(Step(1, 0.5f));
        losses.Add(Step(2, float.NaN));
        losses.Add(Step(3, 0.5f));
        losses.Add(Step(4, 0.5f));

        Assert.That(
            () => losses.Add(Step(5, 0.5f)),
            Throws.TypeOf<InputException>().With.Message.Contains("no longer a number at epoch 2, step 2")
        );
    }

    [Test]
    public void A_stopped_epoch_reads_what_is_left_and_goes_on_from_there()
    {
        var first = new EpochLosses(null, Guard(), mostPending: 16);
        first.Add(Step(1, 0.25f));
        var second = new EpochLosses(first.Until(interactions: 4, steps: 1), Guard(), mostPending: 16);
        second.Add(Step(2, 0.5f));

        Assert.That(second.Total, Is.EqualTo(3));
        Assert.That(second.Parts(4), Is.EqualTo(new[] { ("bpr", 0.75) }));
    }

    private static LossGuard Guard() => new(new ParameterSet(Engines.Cpu()));

    private static StepLosses Step(int step, float loss, Action? read = null) =>
        new(
            2,
            step,
            4,
            () =>
            {
                read?.Invoke();
                return loss;
            },
            [(new LossPart("bpr", null!, null), () => loss)]
        );
}
