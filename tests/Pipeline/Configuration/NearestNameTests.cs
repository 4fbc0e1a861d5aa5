using CranePipeline.Configuration;
using FsCheck.NUnit;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Configuration;

public sealed class NearestNameTests
{
    [TestCase("kitten", "sitting", 3)]
    [TestCase("recall", "reacll", 1)]
    [TestCase("ABC", "abc", 0)]
    [TestCase("", "abc", 3)]
    public void Distance_counts_edits(string first, string second, int distance) =>
        Assert.That(NearestName.Distance(first, second), Is.EqualTo(distance));

    [FsCheck.NUnit.Property]
    public void Distance_is_symmetric_and_bounded(string? first, string? second)
    {
        var (a, b) = (first ?? "", second ?? "");
        var distance = NearestName.Distance(a, b);
        Assert.That(distance, Is.EqualTo(NearestName.Distance(b, a)));
        Assert.That(distance, Is.InRange(Math.Abs(a.Length - b.Length), Math.Max(a.Length, b.Length)));
        Assert.That(NearestName.Distance(a, a), Is.Zero);
    }

    [TestCase("trian", "train")]
    [TestCase("epoch", "epochSeconds")]
    [TestCase("zzz", null)]
    public void Only_a_likely_slip_is_suggested(string name, string? nearest) =>
        Assert.That(NearestName.Find(name, ["train", "evaluate", "epochSeconds"]), Is.EqualTo(nearest));
}
