using System.Globalization;
using System.Text;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Parsing;

[TestFixture]
public sealed class TimestampTests
{
    private static long Milliseconds(string iso) =>
        DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private static IngestResult Run(IEnumerable<string> times, TimestampUnit unit = TimestampUnit.Auto, double limit = 0.01)
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "user,item,time\n" + string.Concat(times.Select((time, row) => $"u{row:D5},i,{time}\n")));
        return folder.Run(
            new InteractionSource { Path = "x.csv", TimestampUnit = unit },
            options => options with { QuarantineLimit = limit }
        );
    }

    [TestCase("2018-09-20", "2018-09-20T00:00:00Z")]
    [TestCase("2018/09/20", "2018-09-20T00:00:00Z")]
    [TestCase("2018-07-07 22:09:11", "2018-07-07T22:09:11Z")]
    [TestCase("2018-07-07T22:09:11", "2018-07-07T22:09:11Z")]
    [TestCase("2018-07-07T22:09", "2018-07-07T22:09:00Z")]
    [TestCase("2018-07-07T22:09:11Z", "2018-07-07T22:09:11Z")]
    [TestCase("2018-07-07 22:09:11.25 UTC", "2018-07-07T22:09:11.25Z")]
    [TestCase("2018-07-07T22:09:11.1234567+02:00", "2018-07-07T20:09:11.123Z")]
    [TestCase("2018-07-07T22:09:11-0530", "2018-07-08T03:39:11Z")]
    [TestCase("2018-07-07 22:09:11+02", "2018-07-07T20:09:11Z")]
    [TestCase("1969-12-31 23:59:59", "1969-12-31T23:59:59Z")]
    public void DatesWrittenYearFirstAreReadAsUtc(string text, string iso)
    {
        Assert.That(WrittenDate.TryRead(Encoding.ASCII.GetBytes(text), out long time), Is.True);
        Assert.That(time, Is.EqualTo(Milliseconds(iso)));
        Assert.That(Run([text]).Interactions.Timestamps![0], Is.EqualTo(time));
    }

    [TestCase("20.09.2018")]
    [TestCase("09/20/2018")]
    [TestCase("2018-02-30")]
    [TestCase("2018-09-20T25:00")]
    [TestCase("2018-09-20 10:00:00 CET")]
    [TestCase("2018-09-2")]
    [TestCase("yesterday")]
    public void OtherWordsAreFaultsThatNameValueAndSetting(string text)
    {
        Assert.That(WrittenDate.TryRead(Encoding.ASCII.GetBytes(text), out _), Is.False);
        Assert.That(
            () => Run([text]),
            Throws.TypeOf<InputException>().With.Message.Contains($"\"{text}\"").And.Message.Contains("timestampUnit")
        );
    }

    [TestCase("1400000000", TimestampUnit.Seconds, 1_400_000_000_000)]
    [TestCase("1400000000.5", TimestampUnit.Seconds, 1_400_000_000_500)]
    [TestCase("1.4e9", TimestampUnit.Seconds, 1_400_000_000_000)]
    [TestCase("1400000000123", TimestampUnit.Milliseconds, 1_400_000_000_123)]
    [TestCase("1400000000123456", TimestampUnit.Microseconds, 1_400_000_000_123)]
    [TestCase("1400000000123456789", TimestampUnit.Nanoseconds, 1_400_000_000_123)]
    [TestCase("20180920", TimestampUnit.Calendar, 1_537_401_600_000)]
    [TestCase("201809201030", TimestampUnit.Calendar, 1_537_439_400_000)]
    [TestCase("20180920103005", TimestampUnit.Calendar, 1_537_439_405_000)]
    [TestCase("0", TimestampUnit.Order, 0)]
    [TestCase("144132480", TimestampUnit.Order, 144_132_480)]
    public void UnitsAreRecognisedAndTold(string text, TimestampUnit unit, long time)
    {
        IngestResult result = Run([text, text]);
        Assert.That(result.Interactions.Timestamps![0], Is.EqualTo(time));
        Assert.That(result.Statistics.Timestamps, Is.EqualTo(new[] { new TimestampColumn("x.csv", unit, time, time) }));
    }

    [TestCase(TimestampUnit.Seconds, "86400", 86_400_000)]
    [TestCase(TimestampUnit.Seconds, "-86400", -86_400_000)]
    [TestCase(TimestampUnit.Milliseconds, "86400", 86_400)]
    [TestCase(TimestampUnit.Order, "1400000000", 1_400_000_000)]
    [TestCase(TimestampUnit.Calendar, "20180920", 1_537_401_600_000)]
    public void AUnitThatIsSetIsBelieved(TimestampUnit unit, string text, long time) =>
        Assert.That(Run([text], unit).Interactions.Timestamps![0], Is.EqualTo(time));

    [Test]
    public void AColumnThatHoldsNoTimesCanBeLeftAlone()
    {
        Assert.That(Run(["never", "-1", "x"], TimestampUnit.None).Interactions.Timestamps, Is.Null);
        Assert.That(
            () => Run(["-5", "-6", "-7"]),
            Throws.TypeOf<InputException>().With.Message.Contains("-7 to -5").And.Message.Contains("timestampUnit")
        );
    }

    [Test]
    public void TheWholeColumnDecidesWhateverItBeginsWith()
    {
        // Small numbers come first, in the part of the file that is looked at before it is read.
        string[] times = [.. Enumerable.Range(0, 20_000).Select(row => row < 150 ? "0" : $"{1_400_000_000_000 + row}")];
        IngestResult result = Run(times, limit: 0.01);
        Assert.That(result.Statistics.Timestamps.Single().Unit, Is.EqualTo(TimestampUnit.Milliseconds));
        Assert.That(
            result.Statistics.Quarantined,
            Is.EqualTo(new Dictionary<LineFault, long> { [LineFault.TimestampOutOfRange] = 150 })
        );
        Assert.That((result.Statistics.Rows, result.Statistics.RawUsers), Is.EqualTo((19_850L, 19_850)));
        string[] order = [.. Enumerable.Range(0, 20_000).Select(row => $"{row}")];
        IngestResult ordered = Run(order);
        Assert.That(ordered.Statistics.Timestamps.Single().Unit, Is.EqualTo(TimestampUnit.Order));
        Assert.That(ordered.Interactions.Timestamps!.Values, Is.EqualTo(Enumerable.Range(0, 20_000)));
    }

    [Test]
    public void MissingTimesAreCountedAndStayMissing()
    {
        IngestResult result = Run(["1400000000", "", "1400000001"]);
        Assert.That(result.Statistics.WithoutTimestamp, Is.EqualTo(1));
        Assert.That(
            result.Statistics.Reasons.Any(reason =>
                reason.Count == 1 && reason.Reason.Contains("no time", StringComparison.Ordinal)
            )
        );
        Assert.That(result.Interactions.Timestamps![1], Is.Null);
        Assert.That(result.Interactions.Timestamps[2], Is.EqualTo(1_400_000_001_000));
    }

    [Test]
    public void SourcesOfTimesAndOfAnOrderDoNotMix()
    {
        using TemporaryFolder folder = new();
        folder.With("a.csv", "u,i,5,1400000000\n").With("b.csv", "v,i,5,7\n");
        IngestOptions options = new()
        {
            Interactions = [new InteractionSource { Path = "a.csv" }, new InteractionSource { Path = "b.csv" }],
            MinUserInteractions = 0,
            MinItemInteractions = 0,
        };
        Assert.That(
            () => Ingestor.Run(options, folder.Root, 1),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains("a.csv")
                .And.Message.Contains("b.csv")
                .And.Message.Contains("timestampUnit")
        );
    }
}
