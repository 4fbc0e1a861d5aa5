using System.Text;
using CranePipeline.Ingest.Tests;
using CranePipeline.SampleData;
using CranePipeline.SampleData.Tests;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests;

/// <summary>What the plan means, told by running it in DuckDB: the local engine's tables, row for row.</summary>
public sealed class PlanMeaningTests
{
    private ScratchFolder folder = null!;

    [SetUp]
    public void MakeFolder() => folder = new ScratchFolder();

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public void The_sample_comes_out_alike()
    {
        Generator.Run(new GenerateOptions(), Path.Combine(folder.Path, "sample"), threads: 2);

        IngestResult local = IngestEquality.Check(Options("sample/reviews_Sample.json.gz"), folder.Path);

        Assert.That(local.Statistics.Quarantined, Is.Not.Empty);
        Assert.That(local.Statistics.RepeatedPairs + local.Statistics.ExactDuplicates, Is.Positive);
    }

    [TestCase("amazon2014/reviews_Digital_Music_5.json.gz", 4, 4)]
    [TestCase("amazon2018/AMAZON_FASHION_5.json.gz", 2, 0)]
    [TestCase("amazon2018/All_Beauty_5.json.gz", 0, 10)]
    [TestCase("baby/ratings_Baby_subset.tsv", 6, 6)]
    [TestCase("tiktok/tiktok.inter", 0, 0)]
    public void Real_data_come_out_alike(string path, int minUser, int minItem)
    {
        string data = SharedData.Folder();
        IngestEquality.Check(Options(path) with { MinUserInteractions = minUser, MinItemInteractions = minItem }, data);
    }

    [Test]
    public void Reviews_with_every_fault_come_out_alike([Values] bool iterate)
    {
        Random random = new(11);
        StringBuilder text = new("\uFEFF");
        string[] bad =
        [
            "{\"reviewerID\": \"A1\", \"asin\": \"cut",
            "not json at all",
            "{'reviewerID': 'A1', 'asin': 'B1', 'overall': 5.0}",
            "",
            "   \t ",
            "{\"reviewerID\": \"\", \"asin\": \"B1\", \"overall\": 5.0, \"unixReviewTime\": 1300000000}",
            "{\"reviewerID\": \"A1\", \"asin\": null, \"overall\": 5.0, \"unixReviewTime\": 1300000000}",
            "{\"reviewerID\": \"A1\", \"overall\": 5.0}",
            "{\"reviewerID\": \"A1\", \"asin\": \"B1\", \"overall\": \"five\", \"unixReviewTime\": 1300000000}",
            "{\"reviewerID\": \"A1\", \"asin\": \"B1\", \"overall\": 7.5, \"unixReviewTime\": 1300000000}",
            "{\"reviewerID\": \"A1\", \"asin\": \"B1\", \"overall\": 0, \"unixReviewTime\": 1300000000}",
            "{\"reviewerID\": \"A1\", \"asin\": \"B1\", \"overall\": 5, \"unixReviewTime\": \"yesterday\"}",
            $"{{\"reviewerID\": \"{new string('x', 1025)}\", \"asin\": \"B1\", \"overall\": 5}}",
            "{\"reviewerID\": \"A1\", \"asin\": \"B1\", \"overall\": 5} trailing",
            "{\"reviewerID\": \"A1\", \"asin\": \"B1\"},{\"reviewerID\": \"A2\", \"asin\": \"B1\"}",
            "[1, 2]",
            "null",
        ];
        for (int line = 0; line < 3000; line++)
        {
            if (line % 40 == 7)
            {
                text.Append(bad[line / 40 % bad.Length]).Append(line % 3 == 0 ? "\r\n" : "\n");
            }

            text.Append(Review(random)).Append(line % 5 == 0 ? "\r\n" : "\n");
        }

        File.WriteAllText(folder.File("reviews.json"), text.ToString(), new UTF8Encoding(false));
        using (FileStream tail = File.Open(folder.File("reviews.json"), FileMode.Append))
        {
            tail.Write([
                .. "{\"reviewerID\": \"A"u8,
                0xFF,
                .. "\", \"asin\": \"B1\"}\n{\"reviewerID\": \"last\", \"asin\": \"B1\"}"u8,
            ]);
        }

        IngestResult local = IngestEquality.Check(
            Options("reviews.json") with
            {
                MinUserInteractions = 3,
                MinItemInteractions = 5,
                Iterate = iterate,
                QuarantineLimit = 0.9,
                QuarantineSample = 30,
                MinRating = 2,
            },
            folder.Path
        );

        Assert.That(
            local.Statistics.Quarantined.Keys,
            Is.SupersetOf(
                new[]
                {
                    LineFault.Malformed,
                    LineFault.InvalidUtf8,
                    LineFault.EmptyUser,
                    LineFault.EmptyItem,
                    LineFault.LongId,
                    LineFault.RatingNotANumber,
                    LineFault.RatingOutOfRange,
                    LineFault.TimestampNotANumber,
                }
            )
        );
        Assert.That(local.UserIds, Has.Some.Matches<string>(id => id.Any(letter => letter > 127)));
        Assert.That(local.Statistics.ExactDuplicates, Is.Positive);
        Assert.That(local.Statistics.RepeatedPairs, Is.Positive);
        Assert.That(local.Statistics.BelowMinRating, Is.Positive);
        Assert.That(local.Statistics.RepairedTimestamps, Is.Positive);
        Assert.That(local.Statistics.Quarantined, Does.ContainKey(LineFault.TimestampOutOfRange));
    }

    [Test]
    public void Columns_come_out_alike()
    {
        Random random = new(12);
        StringBuilder text = new("when,who,what,stars,fold\n");
        string[] bad =
        [
            "1300000000,u1",
            "x,u1,i1,5,train",
            "1300000000,u1,i1,5,elsewhere",
            "1300000000,u1,i1,five,test",
            "1300000000,,i1,5,0",
            ",,,,",
        ];
        for (int line = 0; line < 2500; line++)
        {
            if (line % 60 == 11)
            {
                text.Append(bad[line / 60 % bad.Length]).Append('\n');
            }

            string user = random.Next(6) == 0 ? $"\"user, {random.Next(60)}\"" : $" ü{random.Next(60)}\t";
            string item = random.Next(6) == 0 ? $"\"it\"\"em\"\"{random.Next(30)}\"" : $"i{random.Next(30)}";
            string stars = Pick(random, "5", "4.5", "", "3.25", "1e0", "+2", "5.", " 4 ");
            string fold = Pick(random, "train", "Valid", "TEST", "0", "1", "");
            string when = Pick(
                random,
                "1300000000",
                "1300000001.0625",
                "",
                "17",
                "1300000000.75",
                "-5",
                "2018-07-07 22:09:11.5+02:00",
                "2018/09/20"
            );
            text.Append(when)
                .Append(',')
                .Append(user)
                .Append(',')
                .Append(item)
                .Append(',')
                .Append(stars)
                .Append(',')
                .Append(fold);
            text.Append(line % 9 == 0 ? ",more,\"and more\"\n" : "\n");
        }

        File.WriteAllText(folder.File("table.csv"), text.ToString(), new UTF8Encoding(false));
        ColumnMap columns = new()
        {
            User = "who",
            Item = "what",
            Rating = "stars",
            Timestamp = "when",
            Label = "fold",
        };
        IngestOptions options = new()
        {
            Interactions = [new InteractionSource { Path = "table.csv", Columns = columns }],
            MinUserInteractions = 5,
            MinItemInteractions = 5,
            QuarantineLimit = 0.9,
        };

        IngestResult local = IngestEquality.Check(options, folder.Path);

        Assert.That(local.Statistics.LabelConflicts, Is.Positive);
        Assert.That(local.Statistics.Quarantined.Keys, Does.Contain(LineFault.MissingColumn).And.Contain(LineFault.UnknownLabel));
    }

    [Test]
    public void Several_files_of_several_formats_come_out_alike()
    {
        Random random = new(13);
        File.WriteAllLines(
            folder.File("a.csv"),
            Enumerable
                .Range(0, 800)
                .Select(_ =>
                    $"A{random.Next(10_000_000, 10_000_050)}XYZ,B{random.Next(100_000_000, 100_000_040)},{random.Next(1, 6)}.0,{1_300_000_000 + random.Next(50)}"
                )
        );
        File.WriteAllLines(
            folder.File("b.jsonl"),
            Enumerable
                .Range(0, 800)
                .Select(_ =>
                    $"{{\"rating\": {random.Next(1, 6)}.0, \"asin\": \"X{random.Next(9)}\", \"parent_asin\": {(random.Next(4) == 0 ? "null" : $"\"B{random.Next(100_000_000, 100_000_040)}\"")}, \"user_id\": \"A{random.Next(10_000_000, 10_000_050)}XYZ\", \"timestamp\": {1_300_000_000_000 + random.Next(50) * 1000}}}"
                )
        );
        File.WriteAllLines(
            folder.File("c.dat"),
            Enumerable
                .Range(0, 400)
                .Select(_ =>
                    $"A{random.Next(10_000_000, 10_000_050)}XYZ::B{random.Next(100_000_000, 100_000_040)}::{random.Next(1, 6)}"
                )
        );
        IngestOptions options = new()
        {
            Interactions =
            [
                new InteractionSource { Path = "*.csv" },
                new InteractionSource { Path = "*.jsonl" },
                new InteractionSource
                {
                    Path = "*.dat",
                    Columns = new ColumnMap
                    {
                        User = "1",
                        Item = "2",
                        Rating = "3",
                    },
                },
                new InteractionSource { Path = "a.*" },
            ],
        };

        IngestResult local = IngestEquality.Check(options, folder.Path);

        Assert.That(local.Statistics.Lines, Is.EqualTo(2000));
    }

    private static IngestOptions Options(string path) => new() { Interactions = [new InteractionSource { Path = path }] };

    private static string Review(Random random)
    {
        string user = random.Next(10) switch
        {
            0 => $"Zoë{random.Next(20)}",
            1 => $"\\u00e9t\\u00E9\\\"{random.Next(20)}",
            2 => $" 漢字{random.Next(20)}\\t",
            3 => $"😀{random.Next(10)}",
            4 => $"￿{random.Next(10)}",
            _ => $"A{random.Next(200)}",
        };
        string rating = Pick(random, "5.0", "4", "1.0", "3.5", "null", "\"\"", "2.0");
        string time = Pick(random, "1300000000", "1300000001", "1300000000", "130000000", "null", "1400000000000");
        string day = Pick(random, "\"09 4, 2015\"", "\"1 31, 2014\"", "\"02 30, 2014\"", "\"\"", "7");
        return $"{{\"reviewerID\": \"{user}\", \"asin\": \"B{random.Next(40)}\", \"helpful\": [0, {random.Next(9)}], \"reviewText\": \"a \\\"quote\\\" and {{\", \"overall\": {rating}, \"unixReviewTime\": {time}, \"reviewTime\": {day}}}";
    }

    private static string Pick(Random random, params string[] values) => values[random.Next(values.Length)];
}
