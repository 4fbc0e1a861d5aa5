using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests;

[TestFixture]
public sealed class RealDataTests
{
    /// <summary>Skips before an assertion could take the skip for the exception it waits for.</summary>
    [SetUp]
    public void RequireData() => SharedData.Folder();

    private static IngestResult Run(string path, int minUser = 4, int minItem = 4) =>
        Ingestor.Run(
            new IngestOptions
            {
                Interactions = [new InteractionSource { Path = path }],
                MinUserInteractions = minUser,
                MinItemInteractions = minItem,
            },
            SharedData.Folder(),
            threads: 2
        );

    [Test]
    public void DigitalMusicHasItsPublishedFourCore()
    {
        IngestResult result = Run("amazon2014/reviews_Digital_Music_5.json.gz");
        Assert.Multiple(() =>
        {
            Assert.That(result.Statistics.Lines, Is.EqualTo(6908));
            Assert.That(result.Statistics.Rows, Is.EqualTo(6908));
            Assert.That((result.Statistics.RawUsers, result.Statistics.RawItems), Is.EqualTo((2490, 382)));
            Assert.That(result.Interactions.Users, Has.Length.EqualTo(3390));
            Assert.That((result.UserIds.Length, result.ItemIds.Length), Is.EqualTo((428, 284)));
            Assert.That(result.Interactions.Ratings!.Values.All(rating => rating is >= 1 and <= 5), Is.True);
            Assert.That(
                result.Interactions.Timestamps!.Values.Min(),
                Is.GreaterThan(DateTimeOffset.Parse("1996-01-01Z").ToUnixTimeMilliseconds())
            );
            Assert.That(result.Interactions.Labels, Is.Null);
        });
    }

    [TestCase("amazon2018/AMAZON_FASHION_5.json.gz", 3176, 406, 31)]
    [TestCase("amazon2018/All_Beauty_5.json.gz", 5269, 991, 85)]
    public void Reviews2018AreReadWhole(string path, int rows, int users, int items)
    {
        IngestStatistics statistics = Run(path, 0, 0).Statistics;
        Assert.That((statistics.Rows, statistics.RawUsers, statistics.RawItems), Is.EqualTo(((long)rows, users, items)));
        Assert.That(statistics.Quarantined, Is.Empty);
        Assert.That(statistics.ExactDuplicates + statistics.RepeatedPairs, Is.GreaterThan(0));
        Assert.That(statistics.Interactions + statistics.ExactDuplicates + statistics.RepeatedPairs, Is.EqualTo(rows));
    }

    [Test]
    public void TimesThatLostADigitAreTakenFromTheWrittenOutDate()
    {
        IngestResult result = Run("amazon2018/AMAZON_FASHION_5.json.gz", 0, 0);
        Assert.That(result.Statistics.RepairedTimestamps, Is.EqualTo(3176));
        Assert.That(result.Statistics.Quarantined, Is.Empty);
        Assert.That(
            result.Interactions.Timestamps!.Values.Select(time => DateTimeOffset.FromUnixTimeMilliseconds(time).Year),
            Is.All.InRange(2000, 2018)
        );
    }

    [TestCase("tiktok/tiktok.inter", 9308, 6710, 59541, 3051, 6130)]
    [TestCase("baby/baby.inter", 19445, 7050, 119674, 20559, 20559)]
    [TestCase("sports/sports.inter", 35598, 18357, 218409, 40029, 37899)]
    [TestCase("clothing/clothing.inter", 39387, 23033, 197338, 41189, 40150)]
    public void PublishedSplitsKeepTheirCounts(string path, int users, int items, int train, int valid, int test)
    {
        IngestResult result = Run(path, 0, 0);
        SplitReport report = Splitter
            .Split(result.Interactions, result.UserIds, result.ItemIds, new SplitOptions { Method = SplitMethod.Labels }, seed: 0)
            .Report;
        Assert.That((result.UserIds.Length, result.ItemIds.Length), Is.EqualTo((users, items)));
        Assert.That((report.Train, report.Valid, report.Test, report.Dropped), Is.EqualTo((train, valid, test, 0)));
    }

    [Test]
    public void TheFiveCoreOfBabyIsAFixedPointWithTheCountsOfItsIndexedFile()
    {
        IngestStatistics statistics = Run("baby/interactions_Baby_5core.csv.gz", 5, 5).Statistics;
        Assert.That((statistics.Users, statistics.Items, statistics.Interactions), Is.EqualTo((19445, 7050, 160792)));
        Assert.That(statistics.InteractionsRemoved, Is.Zero);
    }

    [Test]
    public void RatingsWithoutAHeaderAreRecognised()
    {
        IngestResult result = Run("baby/ratings_Baby_subset.tsv", 0, 0);
        Assert.That(result.Interactions.Users, Has.Length.EqualTo(138821));
        Assert.That(result.Interactions.Ratings!.Values, Is.All.InRange(1f, 5f));
    }

    [Test]
    public void ATruncatedArchiveIsNamedWithItsOffset()
    {
        Assert.That(
            () => Run("amazon2014/reviews_Digital_Music_5.truncated.json.gz"),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains("reviews_Digital_Music_5.truncated.json.gz")
                .And.Message.Contains("byte 1000000")
        );
    }

    [Test]
    public void MetadataIsNotTakenForReviews()
    {
        Assert.That(
            () => Run("amazon2014/meta_Digital_Music.json.gz"),
            Throws.TypeOf<InputException>().With.Message.Contains("metadata")
        );
    }
}
