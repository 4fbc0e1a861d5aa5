using System.Text;
using System.Text.Json;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Rows;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Parsing;

[TestFixture]
public sealed class JsonTests
{
    private static readonly JsonLayout Layout = new(["u"], ["i", "j"], "r", "t", "l", "d");

    private static (LineFault Fault, string User, string Item, Row Row) Parse(string line)
    {
        JsonParser parser = new(Layout, new LabelParser(new LabelMap()));
        byte[] buffer = Encoding.UTF8.GetBytes("xx" + line);
        Row row = default;
        row.Reset();
        LineFault fault = parser.Parse(buffer, 2, buffer.Length - 2, ref row);
        return (
            fault,
            Encoding.UTF8.GetString(buffer, row.UserStart, row.UserLength),
            Encoding.UTF8.GetString(buffer, row.ItemStart, row.ItemLength),
            row
        );
    }

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
        Row row = Parse("""{"u": "a", "i": "b", "d": "09 4, 2015", "t": 144132480}""").Row;
        Assert.That(row.Timestamp, Is.EqualTo(new DateTimeOffset(2015, 9, 4, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()));
        Assert.That((row.ImplausibleTimestamp, row.RepairedTimestamp), Is.EqualTo((true, true)));
        Assert.That(
            Parse("""{"u": "a", "i": "b", "d": "09 4, 2015", "t": 1400000000}""").Row.Timestamp,
            Is.EqualTo(1_400_000_000_000L)
        );
        Assert.That(Parse("""{"u": "a", "i": "b", "t": 144132480}""").Row.Timestamp, Is.EqualTo(Row.NoTimestamp));
        Assert.That(Parse("""{"u": "a", "i": "b", "t": 1588687728923}""").Row.Timestamp, Is.EqualTo(1_588_687_728_923L));
    }

    [Test]
    public void AcceptsWhatTheFrameworksReaderAccepts()
    {
        string[] seeds =
        [
            """{"u": "a b", "i": "x\u00e9\\", "n": [1, -2.5e+3, true, false, null, {"k": []}], "r": 5.0}""",
            """{"a": "", "b": {}, "c": [[], [{}]], "d": -0, "e": 1E5, "f": "\b\f\n\r\t\/"}""",
        ];
        Random random = new(5);
        int sound = 0;
        const string Letters = "{}[]\",:\\ 0123456789eE+-.truefalsnN\tx\u0001";
        for (int trial = 0; trial < 20_000; trial++)
        {
            StringBuilder line = new(seeds[trial % seeds.Length]);
            for (int edits = random.Next(3); edits >= 0; edits--)
            {
                int at = random.Next(line.Length);
                switch (random.Next(3))
                {
                    case 0:
                        line[at] = Letters[random.Next(Letters.Length)];
                        break;
                    case 1:
                        line.Remove(at, 1);
                        break;
                    default:
                        line.Insert(at, Letters[random.Next(Letters.Length)]);
                        break;
                }
            }

            string text = line.ToString();
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            int end = 0;
            JsonScanner.SkipSpace(bytes, ref end);
            bool ours = JsonScanner.SkipValue(bytes, ref end);
            JsonScanner.SkipSpace(bytes, ref end);
            ours &= end == bytes.Length;
            bool theirs = Accepts(bytes);
            sound += theirs ? 1 : 0;
            Assert.That(ours, Is.EqualTo(theirs), text);
        }

        Assert.That(sound, Is.InRange(1000, 19_000));
    }

    private static bool Accepts(byte[] bytes)
    {
        Utf8JsonReader reader = new(bytes);
        try
        {
            while (reader.Read()) { }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
