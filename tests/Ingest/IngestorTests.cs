using System.Text;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests;

[TestFixture]
public sealed class IngestorTests
{
    [Test]
    public void RowOrderThreadsAndPackingChangeNothing()
    {
        string folder = SharedData.Folder();
        using Stream packed = Ingest.Reading.RawFile.Open(Path.Combine(folder, "amazon2018", "All_Beauty_5.json.gz"), "x", out _);
        using StreamReader reader = new(packed);
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using TemporaryFolder temporary = new();
        temporary.With("a.json", string.Join('\n', lines));
        new Random(4).Shuffle(lines);
        temporary.With("b/1.json.gz", TemporaryFolder.Gzip(Encoding.UTF8.GetBytes(string.Join("\r\n", lines[..2000]))));
        temporary.With("b/2.json", string.Join('\n', lines[2000..]));
        static IngestOptions FourCore(IngestOptions options) => options with { MinUserInteractions = 4, MinItemInteractions = 4 };
        IngestResult first = temporary.Run("a.json", FourCore, threads: 1);
        IngestResult second = temporary.Run("b/*", FourCore, threads: 4);
        Assert.That(second.Interactions.Users, Has.Length.GreaterThan(500));
        Assert.That(ResultText.Of(second), Is.EqualTo(ResultText.Of(first)));
        Assert.That(second.Statistics.ExactDuplicates, Is.EqualTo(first.Statistics.ExactDuplicates));
        Assert.That(second.Statistics.RepeatedPairs, Is.EqualTo(first.Statistics.RepeatedPairs));
        foreach (
            SplitMethod method in new[]
            {
                SplitMethod.Random,
                SplitMethod.PerUser,
                SplitMethod.GlobalTime,
                SplitMethod.UserTime,
                SplitMethod.LeaveOneOut,
            }
        )
        {
            SplitOptions options = new() { Method = method };
            Assert.That(
                Splitter.Split(second.Interactions, second.UserIds, second.ItemIds, options, 672, 3).Parts,
                Is.EqualTo(Splitter.Split(first.Interactions, first.UserIds, first.ItemIds, options, 672, 1).Parts),
                $"{method}"
            );
        }
    }

    [Test]
    public void RepeatedPairsBecomeTheEarliest()
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "u,i,2,1400000005\nu,i,4,1400000003\nu,i,4,1400000003\nu,i,5,1400000003\nu,j,1,1400000009\n");
        IngestResult result = folder.Run("x.csv");
        Assert.That(ResultText.Of(result), Is.EqualTo("u i 4 1400000003000 \nu j 1 1400000009000 \n"));
        Assert.That((result.Statistics.ExactDuplicates, result.Statistics.RepeatedPairs), Is.EqualTo((1L, 2L)));
        IngestResult liked = folder.Run("x.csv", options => options with { MinRating = 5 });
        Assert.That(ResultText.Of(liked), Is.EqualTo("u i 5 1400000003000 \n"));
        Assert.That(liked.Statistics.BelowMinRating, Is.EqualTo(4));
    }

    [Test]
    public void EveryKindOfFaultIsCountedAndKept()
    {
        List<byte> bytes =
        [
            .. "a,b,5,1400000000\n,b,5,1400000000\na,,5,1400000000\na,b\na,b,six,1400000000\na,b,6,1400000000\na,b,0,1400000000\na,b,5,now\n"u8,
        ];
        bytes.AddRange([.. "a"u8, 0xFF, .. ",b,5,1400000000\n"u8]);
        bytes.AddRange(Encoding.UTF8.GetBytes(new string('x', 1025) + ",b,5,1400000000\nc,d,nan,1400000000\nd,e,5,77\n"));
        bytes.AddRange("nan,e,5,1400000000\nd,a\0b,5,1400000000\nd,Nan,5,1400000000\n"u8);
        using TemporaryFolder folder = new();
        IngestResult result = folder.With("x.csv", [.. bytes]).Run("x.csv", options => options with { QuarantineLimit = 1 });
        Assert.That(
            result.Statistics.Quarantined,
            Is.EquivalentTo(
                new Dictionary<LineFault, long>
                {
                    [LineFault.EmptyUser] = 1,
                    [LineFault.EmptyItem] = 1,
                    [LineFault.MissingColumn] = 1,
                    [LineFault.RatingNotANumber] = 2,
                    [LineFault.RatingOutOfRange] = 2,
                    [LineFault.TimestampNotANumber] = 1,
                    [LineFault.InvalidUtf8] = 1,
                    [LineFault.LongId] = 1,
                    [LineFault.TimestampOutOfRange] = 1,
                    [LineFault.MissingId] = 1,
                    [LineFault.NulInId] = 1,
                }
            )
        );
        Assert.That(result.Quarantine.Select(line => line.Line), Is.EqualTo(Enumerable.Range(2, 13)));
        Assert.That(result.Quarantine.All(line => line.File == "x.csv" && line.Text.Length <= 220), Is.True);
        Assert.That(
            result.Quarantine.Select(line => line.Value).Where(value => value?.Length < 10),
            Is.EqualTo(new[] { "six", "6", "0", "now", "nan", "77", "nan", "a\\u0000b" })
        );
        Assert.That((result.Statistics.Lines, result.Statistics.Rows), Is.EqualTo((15L, 2L)));
        ReasonCount range = result.Statistics.Reasons.Single(reason =>
            reason.Reason.Contains("lowestRating", StringComparison.Ordinal)
        );
        Assert.That((range.Count, range.Example), Is.EqualTo((2L, "\"6\" in x.csv line 6")));
    }

    [Test]
    public void TooManyFaultsFailWithOneLineAReason()
    {
        StringBuilder text = new();
        for (int line = 1; line <= 1000; line++)
        {
            text.Append(
                line % 50 == 0 ? "broken\n"
                : line % 99 == 0 ? "u,i,17,1400000000\n"
                : $"u{line},i,5,1400000000\n"
            );
        }

        using TemporaryFolder folder = new();
        folder.With("x.csv", text.ToString());
        Assert.That(
            () => folder.Run("x.csv"),
            Throws
                .TypeOf<InputException>()
                .With.Message.EqualTo(
                    "30 of 1000 lines cannot be used, more than ingest.quarantineLimit (1 %) allows: 20 with too few columns (separator, quote, columns), such as x.csv line 50; 10 with rating outside 1 to 5 (ingest.lowestRating, ingest.highestRating), such as \"17\" in x.csv line 99"
                )
        );
        Assert.That(
            folder.Run("x.csv", options => options with { QuarantineLimit = 0.03 }).Interactions.Users,
            Has.Length.EqualTo(970)
        );
    }

    [Test]
    public void SourcesAreFoundInOrderAndEachOnce()
    {
        using TemporaryFolder folder = new();
        folder.With("b/2.csv", "u,i\n").With("b/1.csv", "u,j\n").With("a.csv", "u,k\n");
        IngestOptions options = new()
        {
            Interactions = [new InteractionSource { Path = "b/1.csv" }, new InteractionSource { Path = "**/*.csv" }],
        };
        Assert.That(
            Ingestor.ResolveSources(options, folder.Root).Select(file => (file.Path, file.Bytes)),
            Is.EqualTo(new[] { ("b/1.csv", 4L), ("a.csv", 4L), ("b/2.csv", 4L) })
        );
        Assert.That(() => folder.Run("missing.csv"), Throws.TypeOf<InputException>().With.Message.Contains("missing.csv"));
        Assert.That(() => folder.Run("*.gz"), Throws.TypeOf<InputException>().With.Message.Contains("*.gz"));
        Assert.That(
            () => Ingestor.Run(new IngestOptions(), folder.Root, 1),
            Throws.TypeOf<InputException>().With.Message.Contains("ingest.interactions")
        );
    }

    [Test]
    public void NothingLeftIsSaidSo()
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "u,i\nv,i\n").With("empty.csv", "");
        Assert.That(
            () => folder.Run("x.csv", options => options with { MinUserInteractions = 4 }),
            Throws.TypeOf<InputException>().With.Message.Contains("minUserInteractions")
        );
        Assert.That(
            () => folder.Run("empty.csv"),
            Throws.TypeOf<InputException>().With.Message.StartsWith("empty.csv is empty; put")
        );
    }

    [Test]
    public void CancellationStopsTheWork()
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "u,i\nv,i\n");
        IngestOptions options = new() { Interactions = [new InteractionSource { Path = "x.csv" }] };
        Assert.That(
            () => Ingestor.Run(options, folder.Root, 2, null, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [Test]
    public void CancellationStopsEveryStep(
        [Values("reading x.csv", "grouping by user", "finding the core", "numbering users and items")] string activity
    )
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", string.Concat(Enumerable.Range(0, 2000).Select(row => $"u{row % 90},i{row % 70}\n")));
        IngestOptions options = new() { Interactions = [new InteractionSource { Path = "x.csv" }] };
        using CancellationTokenSource source = new();
        Assert.That(
            () => Ingestor.Run(options, folder.Root, 2, new CancelAt(activity, source), source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    [Test]
    public void LinesLongerThanAChunkAreRead()
    {
        string text = new('x', 3 << 20);
        using TemporaryFolder folder = new();
        folder.With(
            "x.json",
            $$"""{"reviewerID": "u", "reviewText": "{{text}}", "asin": "i"}""" + "\n" + """{"reviewerID": "v", "asin": "i"}"""
        );
        Assert.That(ResultText.Of(folder.Run("x.json")), Is.EqualTo("u i   \nv i   \n"));
    }

    private sealed class CancelAt(string activity, CancellationTokenSource source) : IProgress<Tables.WorkProgress>
    {
        public void Report(Tables.WorkProgress value)
        {
            if (value.Activity == activity)
            {
                source.Cancel();
            }
        }
    }
}
