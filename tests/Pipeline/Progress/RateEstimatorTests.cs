using CranePipeline.Progress;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Progress;

public sealed class RateEstimatorTests
{
    private readonly ManualTime _time = new();

    [Test]
    public void A_slow_start_is_forgotten()
    {
        var rate = new RateEstimator(_time);
        rate.Add(0);
        Assert.That((rate.Rate, rate.Left(100)), Is.EqualTo((0.0, (TimeSpan?)null)), "nothing is known yet");
        _time.Advance(1000);
        rate.Add(10);
        for (var i = 1; i <= 60; i++)
        {
            _time.Advance(1);
            rate.Add(10 + 5 * i);
        }
        Assert.That(rate.Rate, Is.EqualTo(5).Within(1e-9));
        Assert.That(rate.Left(410)!.Value.TotalSeconds, Is.EqualTo(20).Within(1e-9));
        Assert.That(rate.Left(310), Is.Null, "nothing is left");
    }

    [Test]
    public void Work_that_starts_over_is_measured_afresh()
    {
        var rate = new RateEstimator(_time);
        rate.Add(0);
        _time.Advance(1);
        rate.Add(1_000_000);
        rate.Add(0);
        _time.Advance(2);
        rate.Add(20);
        Assert.That(rate.Rate, Is.EqualTo(10).Within(1e-9));
    }

    [Test]
    public void A_stall_brings_the_rate_down()
    {
        var rate = new RateEstimator(_time);
        for (var i = 0; i < 100; i++)
        {
            rate.Add(i * 10);
            _time.Advance(0.1);
        }
        _time.Advance(30);
        rate.Add(991);
        Assert.That(rate.Rate, Is.LessThan(10));
    }
}
