using CranePipeline.Operations;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Operations;

public sealed class StopRequestTests
{
    [TestCase(1e6, false, Description = "the longest that -MaxMinutes takes; a timer's longest is 71,582")]
    [TestCase(71_582, false)]
    [TestCase(71_583, false)]
    [TestCase(0, true)]
    public void A_pause_is_asked_for_when_the_time_is_up_however_long_it_is(double minutes, bool isUp)
    {
        using StopRequest stop = StopRequest.Listen();

        stop.PauseAfter(TimeSpan.FromMinutes(minutes));

        Assert.That(stop.Pause.IsCancellationRequested, Is.EqualTo(isUp));
    }
}
