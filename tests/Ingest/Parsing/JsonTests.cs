using System.Text;
using CranePipeline.Ingest.Parsing;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Parsing;

[TestFixture]
public sealed class JsonTests
{
    private static readonly JsonLayout Layout = new(["u"], ["i", "j"], "r", "t", "l", "d");

    private static (LineFault Fault, string User, string Item, ParsedRow Row) Parse(string line)
    {
        TimestampRule times = new(TimestampUnit.Seconds, TimestampSource.Format);
        JsonParser parser = new(Layout, new LabelRule(new LabelMap()), times);
        RawRow row = default;
        parser.Read(Encoding.UTF8.GetBytes(line), ref row, new TimestampTally());
        return (
            row.Fault,
            Encoding.UTF8.GetString(row.User),
            Encoding.UTF8.GetString(row.Item),
            new ParsedRow(row.Rating, row.Timestamp, row.Label, row.RepairedTimestamp)
        );
    }

    private sealed record ParsedRow(float? Rating, long? Timestamp, byte? Label, bool RepairedTimestamp);

    [Test]
    public void MembersAreFoundInAnyOrderAndOthersSkipped()
    {
        var parsed = Parse(
            """{"x": {"u": "no", "y": [1, {"i": "no"}]}, "i": "I1", "text": "a \"quoted\" \\ {word}", "r": 4.5, "t": 1400000000, "u": "U1", "l": "test"}"""
        );
        Assert.That((parsed.Fault, parsed.User, parsed.Item), Is.EqualTo((LineFault.None, "U1", "I1")));
        Assert.That((parsed.Row.Rating, parsed.Row.Timestamp, parsed.Row.Label), Is.EqualTo((4.5f, 1_400_000_000_000L, (byte)2)));
    }

    [TestCase("""{"u": "\u0041\n\u00e9\ud83d\ude00\/", "i": "b"}""", "A\né😀/")]
    [TestCase("""{"\u0075": "escaped name", "i": "b"}""", "escaped name")]
    [TestCase("""{"u": "first", "i": "b", "u": "last"}""", "last")]
    [TestCase("""{"u": 17, "i": "b"}""", "17")]
    [TestCase("""{"u": null, "i": "b"}""", "")]
    public void UsersAreReadAsJsonMeansThem(string line, string user)
    {
        var parsed = Parse(line);
        Assert.That((parsed.Fault, parsed.User), Is.EqualTo((LineFault.None, user)));
    }

    [Test]
    public void TheSecondNameCountsWhereTheFirstIsMissingOrEmpty()
    {
        Assert.That(Parse("""{"u": "a", "j": "second", "i": "first"}""").Item, Is.EqualTo("first"));
        Assert.That(Parse("""{"u": "a", "i": "", "j": "second"}""").Item, Is.EqualTo("second"));
        Assert.That(Parse("""{"u": "a", "j": "second"}""").Item, Is.EqualTo("second"));
    }

    [TestCase("""{"u": "a", "i": "b", "r": "five"}""", LineFault.RatingNotANumber)]
    [TestCase("""{"u": "a", "i": "b", "r": NaN}""", LineFault.RatingNotANumber)]
    [TestCase("""{"u": "a", "i": "b", "t": "soon"}""", LineFault.TimestampNotANumber)]
    [TestCase("""{"u": "a", "i": "b", "l": "third"}""", LineFault.UnknownLabel)]
    [TestCase("""{"u": ["a"], "i": "b"}""", LineFault.Malformed)]
    [TestCase("""{"u": "\ud800", "i": "b"}""", LineFault.Malformed)]
    [TestCase("""{"u": "a", "i": "b"} x""", LineFault.Malformed)]
    [TestCase("""{"u": "a", "i": "b",}""", LineFault.Malformed)]
    [TestCase("""{'u': 'a', 'i': 'b'}""", LineFault.Malformed)]
    [TestCase("""["u", "i"]""", LineFault.Malformed)]
    [TestCase("""{"u": "a", "i": "b", "n": 01}""", LineFault.Malformed)]
    [TestCase("""{"u": "a", "i": "b", "n": 1.}""", LineFault.Malformed)]
    public void FaultsAreTold(string line, LineFault fault) => Assert.That(Parse(line).Fault, Is.EqualTo(fault));

    [Test]
    public void ADayStandsInForATimeThatCannotBe()
    {
        ParsedRow row = Parse("""{"u": "a", "i": "b", "d": "09 4, 2015", "t": 144132480}""").Row;
        Assert.That(row.Timestamp, Is.EqualTo(new DateTimeOffset(2015, 9, 4, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()));
        Assert.That(row.RepairedTimestamp, Is.True);
        Assert.That(
            Parse("""{"u": "a", "i": "b", "d": "09 4, 2015", "t": 1400000000}""").Row.Timestamp,
            Is.EqualTo(1_400_000_000_000L)
        );
        Assert.That(Parse("""{"u": "a", "i": "b", "t": 144132480}""").Fault, Is.EqualTo(LineFault.TimestampOutOfRange));
        Assert.That(
            Parse("""{"u": "a", "i": "b", "d": "some day", "t": 144132480}""").Fault,
            Is.EqualTo(LineFault.TimestampOutOfRange)
        );
    }

    [TestCase("""{"u": "a", "i": "b", "price": NaN}""")]
    [TestCase("""{"u": "a", "i": "b", "n": [Infinity, {"k": -Infinity}], "text": "a \" NaN"}""")]
    [TestCase("""{"i": "b", "NaN": NaN, "u": "a"}""")]
    public void WordsThatPythonWritesForNumbersArePassedOver(string line)
    {
        var parsed = Parse(line);
        Assert.That((parsed.Fault, parsed.User, parsed.Item), Is.EqualTo((LineFault.None, "a", "b")));
    }

    [TestCase("""{"u": "NaN is a name", "i": "b"}""", "NaN is a name")]
    [TestCase("""{"u": "a", "i": "b", "text": "Infinity"}""", "a")]
    public void TheSameWordsInStringsAreText(string line, string user) => Assert.That(Parse(line).User, Is.EqualTo(user));
}
