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
    public void Units_slower_than_the_window_have_a_rate_of_the_last_few()
    {
        var rate = new RateEstimator(_time);
        var seconds = new double[] { 500, 40, 60, 40, 60 };
        for (var done = 0; done <= seconds.Length; done++)
        {
            rate.Add(done);
            Assert.That(rate.Left(250).HasValue, Is.EqualTo(done > 0), $"after {done}");
            _time.Advance(done < seconds.Length ? seconds[done] : 0);
        }
        Assert.That(1 / rate.Rate, Is.EqualTo(50).Within(1e-9));
        Assert.That(rate.Left(250)!.Value.TotalSeconds, Is.EqualTo(245 * 50).Within(1e-6));
    }

    [TestCase(0.01)]
    [TestCase(0.2)]
    [TestCase(7)]
    public void The_window_moves_however_often_reports_come(double spacing)
    {
        var rate = new RateEstimator(_time);
        var done = 0;
        foreach (var each in new[] { 1000, 10 })
        {
            for (var seconds = 0.0; seconds < 60; seconds += spacing)
            {
                rate.Add(done += each);
                _time.Advance(spacing);
            }
        }
        Assert.That(rate.Rate, Is.EqualTo(10 / spacing).Within(1e-6 / spacing));
    }

    [Test]
    public void What_was_there_before_is_no_work()
    {
        var rate = new RateEstimator(_time);
        rate.Add(38);
        _time.Advance(14);
        rate.Add(39);
        Assert.That(1 / rate.Rate, Is.EqualTo(14).Within(1e-9));
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
        Assert.That(rate.Rate, Is.EqualTo(100).Within(1e-9));
        _time.Advance(30);
        rate.Add(991);
        Assert.That(rate.Rate, Is.LessThan(3), "a few reports in a time of 31 seconds");
    }
}
