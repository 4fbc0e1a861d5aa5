using CranePipeline.Commands;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Commands;

public sealed class TrainingTimesTests
{
    private static QueuedWork Work(string dataset, string model, bool isTrained = true, int trainings = 1) =>
        new($"{dataset}, {model}", dataset, model, trainings, isTrained, () => null, () => throw new NotSupportedException());

    [Test]
    public void The_nearest_trainings_tell_how_long_others_take()
    {
        var times = new TrainingTimes();
        times.Remember("shop", "bpr", isTrained: true, 1, 10);
        times.Remember("shop", "bpr", isTrained: true, 1, 20);
        times.Remember("shop", "crane", isTrained: true, 2, 180);

        Assert.Multiple(() =>
        {
            Assert.That(times.Estimate([Work("shop", "bpr")]), Is.EqualTo(15), "the same model on the same data");
            Assert.That(times.Estimate([Work("shop", "bpr", trainings: 4)]), Is.EqualTo(60), "a search has many");
            Assert.That(times.Estimate([Work("shop", "lightgcn")]), Is.EqualTo(52.5), "the data's other models");
            Assert.That(times.Estimate([Work("other", "bpr")]), Is.EqualTo(52.5), "any");
            Assert.That(times.Estimate([Work("shop", "bpr"), Work("shop", "crane")]), Is.EqualTo(105));
            Assert.That(times.Estimate([]), Is.Zero);
        });
    }

    [Test]
    public void A_model_that_is_fitted_at_once_tells_nothing_about_those_that_are_trained()
    {
        var times = new TrainingTimes();
        times.Remember("shop", "popularity", isTrained: false, 1, 0.5);

        Assert.Multiple(() =>
        {
            Assert.That(times.Estimate([Work("shop", "crane")]), Is.Null);
            Assert.That(times.Estimate([Work("shop", "popularity", isTrained: false), Work("shop", "crane")]), Is.Null);
            Assert.That(times.Estimate([Work("shop", "itemknn", isTrained: false)]), Is.EqualTo(0.5));
        });

        times.Remember("shop", "crane", isTrained: true, 1, 100);
        Assert.That(times.Estimate([Work("shop", "itemknn", isTrained: false)]), Is.EqualTo(0.5), "and the other way round");
        Assert.That(
            new TrainingTimes().Estimate([Work("shop", "popularity", isTrained: false)]),
            Is.Zero,
            "no time that is worth telling"
        );
    }
}
