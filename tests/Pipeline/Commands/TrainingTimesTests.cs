using CranePipeline.Commands;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Commands;

public sealed class TrainingTimesTests
{
    private static QueuedWork Work(string dataset, string model, bool isTrained = true, int trainings = 1) =>
        new(
            $"{dataset}, {model}",
            dataset,
            model,
            trainings,
            isTrained,
            () => true,
            () => null,
            () => null,
            () => throw new NotSupportedException()
        );

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
            double other = Math.Sqrt(15 * 90);
            Assert.That(
                times.Estimate([Work("shop", "lightgcn")]),
                Is.EqualTo(other).Within(1e-9),
                "between the data's other models"
            );
            Assert.That(times.Estimate([Work("other", "bpr")]), Is.EqualTo(15).Within(1e-9), "as on other data");
            Assert.That(times.Estimate([Work("shop", "bpr", trainings: 0)]), Is.Zero, "what is at hand");
            Assert.That(times.Estimate([Work("shop", "bpr"), Work("shop", "crane")]), Is.EqualTo(105));
            Assert.That(times.Estimate([]), Is.Zero);
        });
    }

    /// <summary>Times that are a product of the model's and the data's are foretold exactly, whichever of them are known.</summary>
    [Test]
    public void Models_keep_their_ratio_on_other_data()
    {
        var times = new TrainingTimes();
        times.Remember("small", "bpr", isTrained: true, 1, 2);
        times.Remember("small", "crane", isTrained: true, 1, 20);
        times.Remember("small", "ngcf", isTrained: true, 1, 50);
        times.Remember("large", "bpr", isTrained: true, 2, 200);
        times.Remember("large", "ngcf", isTrained: true, 0, 7777);

        Assert.Multiple(() =>
        {
            Assert.That(times.Estimate([Work("large", "crane")]), Is.EqualTo(1000).Within(1e-6));
            Assert.That(times.Estimate([Work("large", "ngcf", trainings: 3)]), Is.EqualTo(7500).Within(1e-6));
            Assert.That(times.Estimate([Work("large", "new")]), Is.GreaterThan(100).And.LessThan(2500), "between the others");
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
