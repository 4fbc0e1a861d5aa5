using CranePipeline.Progress;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Progress;

public sealed class PhraseTests
{
    [TestCase(0.04, "0.0 s")]
    [TestCase(59.94, "59.9 s")]
    [TestCase(59.96, "1 min 00 s")]
    [TestCase(185, "3 min 05 s")]
    [TestCase(7620, "2 h 07 min")]
    public void Durations(double seconds, string text) =>
        Assert.That(Phrase.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [TestCase(0.2, "1 s")]
    [TestCase(61, "1 min 01 s")]
    [TestCase(1300, "21 min")]
    [TestCase(7620, "2 h 07 min")]
    public void Time_left(double seconds, string text) =>
        Assert.That(Phrase.Left(TimeSpan.FromSeconds(seconds)), Is.EqualTo(text));

    [TestCase(310_432, "rows", "310,000 rows/s")]
    [TestCase(2.54, "epochs", "2.5 epochs/s")]
    [TestCase(0.25, "epochs", "4.0 s an epoch")]
    [TestCase(0.5, "batches", "2.0 s a batch")]
    [TestCase(2_500_000, "bytes", "2.5 MB/s")]
    public void Rates(double rate, string unit, string text) => Assert.That(Phrase.Rate(rate, unit), Is.EqualTo(text));

    [TestCase(0, 0, "rows", "0 rows")]
    [TestCase(999, 1000, "rows", "999 of 1,000 rows (99 %)")]
    [TestCase(1_200_000_000, 3_400_000_000, "bytes", "1.20 GB of 3.40 GB (35 %)")]
    [TestCase(12, 10, "rows", "12 of 10 rows (100 %)")]
    public void Parts(long done, long total, string unit, string text) =>
        Assert.That(Phrase.Part(done, total, unit), Is.EqualTo(text));
}
