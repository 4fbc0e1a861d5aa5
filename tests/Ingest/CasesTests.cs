using System.Text;
using CranePipeline.Ingest.Metadata;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests;

/// <summary>Awkward files as people have them, and relatives of each.</summary>
[TestFixture]
public sealed class CasesTests
{
    private static IngestResult Case(InteractionSource source)
    {
        IngestOptions options = new()
        {
            Interactions = [source],
            MinUserInteractions = 0,
            MinItemInteractions = 0,
        };
        return Ingestor.Run(options, Path.Combine(SharedData.Folder(), "cases"), threads: 2);
    }

    private static IngestResult Case(string path) => Case(new InteractionSource { Path = path });

    [Test]
    public void AQuoteThatNeverClosesIsAnErrorInCommaSeparatedFiles()
    {
        SharedData.Folder();
        Assert.That(
            () => Case("open-quote-csv/r.csv"),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains("the quote opened in line 3")
                .And.Message.Contains("never closes")
        );
        Assert.That(Case("open-quote-inter/r.inter").Statistics.Rows, Is.EqualTo(60));
    }

    [Test]
    public void QuotesAreOrdinaryInTheAmazonUsLayout()
    {
        ColumnMap columns = new()
        {
            User = "customer_id",
            Item = "product_id",
            Rating = "star_rating",
        };
        IngestStatistics statistics = Case(
            new InteractionSource { Path = "unquoted-tsv/amazon_us.tsv", Columns = columns }
        ).Statistics;
        Assert.That((statistics.Rows, statistics.Quarantined.Count), Is.EqualTo((60L, 0)));
    }

    [Test]
    public void DatesAndTimesAreReadAsUtcAndIdsKeepTheirZeros()
    {
        ColumnMap columns = new()
        {
            User = "customer_id",
            Item = "article_id",
            Timestamp = "t_dat",
        };
        IngestResult dates = Case(new InteractionSource { Path = "iso-date/transactions_train.csv", Columns = columns });
        Assert.That(dates.ItemIds, Does.Contain("0108775015"));
        Assert.That(
            dates.Interactions.Timestamps!.Values.Min(),
            Is.EqualTo(new DateTimeOffset(2018, 9, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds())
        );
        IngestResult times = Case("iso-time/r.csv");
        Assert.That(times.Interactions.Timestamps!.Values.All(time => time / 3_600_000 % 24 == 10), Is.True);
        Assert.That((dates.Statistics.Rows, times.Statistics.Rows), Is.EqualTo((60L, 60L)));
    }

    [Test]
    public void PlayCountsAreToldOnceWithRangeAndSetting()
    {
        SharedData.Folder();
        ColumnMap columns = new()
        {
            User = "user",
            Item = "artist",
            Rating = "plays",
        };
        InteractionSource source = new() { Path = "play-counts/plays.tsv", Columns = columns };
        Assert.That(
            () => Case(source),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains(
                    "outside 1 to 5 (ingest.lowestRating, ingest.highestRating), such as \"23\" in play-counts/plays.tsv line 2"
                )
        );
    }

    [Test]
    public void LabelsOfWholeNumbersMayHaveADecimalPoint()
    {
        IngestResult result = Case("float-labels/x.inter");
        Assert.That(result.Interactions.Labels!.Values.Distinct().Order(), Is.EqualTo(new byte[] { 0, 1, 2 }));
        Assert.That(result.Interactions.Labels.Present, Is.Null);
        using TemporaryFolder folder = new();
        folder
            .With("x.inter", "userID\titemID\tx_label\na\t1\t2.00\nb\t1\t\nc\t1\ttest\n")
            .With("y.inter", "userID\titemID\tx_label\na\t1\t0.5\n");
        Assert.That(ResultText.Of(folder.Run("x.inter")), Is.EqualTo("a 1   2\nb 1   \nc 1   2\n"));
        Assert.That(
            () => folder.Run("y.inter"),
            Throws.TypeOf<InputException>().With.Message.Contains("\"0.5\"").And.Message.Contains("labels.train")
        );
    }

    [Test]
    public void OrdersOfAShopAreReadByTheirColumns()
    {
        ColumnMap columns = new() { User = "customer", Item = "sku" };
        IngestResult result = Case(new InteractionSource { Path = "small-shop/orders.csv", Columns = columns });
        Assert.That((result.UserIds.Length, result.ItemIds.Length, result.Statistics.Rows), Is.EqualTo((200, 40, 1600L)));
    }

    [Test]
    public void SplitsWithNobodyToScoreAreCounted()
    {
        SplitReport Report(string path)
        {
            IngestResult result = Case(path);
            SplitOptions options = new() { Method = SplitMethod.Labels };
            return Splitter.Split(result.Interactions, result.UserIds, result.ItemIds, options, 0).Report;
        }

        Assert.That(Report("empty-test/x.inter").Test, Is.Zero);
        SplitReport cold = Report("cold-test/x.inter");
        Assert.That((cold.Test > 0, cold.ColdStartInteractions, cold.EveryUserKnown), Is.EqualTo((true, cold.Test, false)));
    }

    [Test]
    public void AJsonArrayIsNamed()
    {
        SharedData.Folder();
        Assert.That(() => Case("json-array/E.json"), Throws.TypeOf<InputException>().With.Message.Contains("JSON array"));
        using TemporaryFolder folder = new();
        folder.With("x.json", """  [{"user_id": "u", "parent_asin": "i"}]""");
        Assert.That(
            () => folder.Run("x.json"),
            Throws.TypeOf<InputException>().With.Message.Contains("x.json is one JSON array")
        );
    }

    [Test]
    public void WideEncodingsAreReadByTheirMarksAndOtherwiseRefused()
    {
        IngestResult published = Case("utf16/r.csv");
        Assert.That(published.Statistics.Rows, Is.EqualTo(600));
        const string Text = "user_id,item_id\nü,日本\n";
        using TemporaryFolder folder = new();
        foreach (
            Encoding encoding in new[]
            {
                Encoding.Unicode,
                Encoding.BigEndianUnicode,
                Encoding.UTF32,
                new UTF32Encoding(bigEndian: true, byteOrderMark: true),
            }
        )
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(Text)];
            Assert.That(ResultText.Of(folder.With("x.csv", bytes).Run("x.csv")), Is.EqualTo("ü 日本   \n"), encoding.WebName);
            Assert.That(ResultText.Of(folder.With("x.csv", TemporaryFolder.Gzip(bytes)).Run("x.csv")), Is.EqualTo("ü 日本   \n"));
        }

        folder.With("bare.csv", Encoding.Unicode.GetBytes("user_id,item_id\nu,i\n"));
        Assert.That(() => folder.Run("bare.csv"), Throws.TypeOf<InputException>().With.Message.Contains("UTF-16"));
        folder.With("bare.csv", Encoding.UTF32.GetBytes("user_id,item_id\nu,i\n"));
        Assert.That(() => folder.Run("bare.csv"), Throws.TypeOf<InputException>().With.Message.Contains("UTF-32"));
    }

    [Test]
    public void FilesWithoutRowsSayWhatTheyAre()
    {
        using TemporaryFolder folder = new();
        folder
            .With("e/empty.csv", "")
            .With("e/blank.csv", "\n\n  \n")
            .With("header.csv", "user_id,item_id\n")
            .With("e/some.csv", "u,i\nv,i\n");
        Assert.That(
            () => folder.Run("e/empty.csv"),
            Throws.TypeOf<InputException>().With.Message.StartsWith("e/empty.csv is empty; put")
        );
        Assert.That(
            () => folder.Run("e/blank.csv"),
            Throws.TypeOf<InputException>().With.Message.StartsWith("e/blank.csv is empty; put")
        );
        Assert.That(
            () => folder.Run("header.csv"),
            Throws.TypeOf<InputException>().With.Message.StartsWith("header.csv has a header and no rows; put")
        );
        IngestResult result = folder.Run("e/*.csv");
        Assert.That(result.Statistics.Rows, Is.EqualTo(2));
        Assert.That(result.Statistics.Reasons.Single(), Is.EqualTo(new ReasonCount(2, "files are empty", "e/blank.csv")));
    }

    [Test]
    public void AHeaderThatIsDataIsToldSo()
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "u1,i1,5\nu2,i1,4\n");
        Assert.That(
            () => folder.Run(new InteractionSource { Path = "x.csv", Header = true }),
            Throws.TypeOf<InputException>().With.Message.Contains("u1, i1, 5").And.Message.Contains("header: false")
        );
        Assert.That(folder.Run("x.csv").Statistics.Rows, Is.EqualTo(2));
    }

    [Test]
    public void WhatALatticeSplitOrAnMmrecFolderHoldsIsNeverEchoedRaw()
    {
        using TemporaryFolder folder = new();
        folder
            .With("train.json", [.. "{\"0\": [\"a"u8, 0xFF, .. "\"]}"u8])
            .With("m/r.inter", "userID\titemID\n0\t1\n0\t\u001b[2J\n");
        Assert.That(
            () => folder.Run(new InteractionSource { Path = "train.json", Format = InteractionFormat.Lattice }),
            Throws.TypeOf<InputException>().With.Message.StartsWith("train.json has text that is not UTF-8 near byte")
        );
        Assert.That(
            () => Ingest.Mmrec.MmrecFolder.Import(Path.Combine(folder.Root, "m")),
            Throws.TypeOf<InputException>().With.Message.Contains(@"line 3 has the id '\u001b[2J'")
        );
    }

    [Test]
    public void NamesThatAreNotKnownAreNoRowOfData()
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "buyer,sku\nu1,i1\nu2,i1\nu3,i2\n").With("y.csv", "anna,book\nben,book\ncleo,map\nu4,i2\n");
        Assert.That(
            () => folder.Run("x.csv"),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains("columns.user; its first line has buyer, sku; set header: false")
        );
        Assert.That(folder.Run(new InteractionSource { Path = "x.csv", Header = false }).Statistics.Rows, Is.EqualTo(4));
        folder.With("z.csv", "user_id,\"a\nb\u001b[2J\"\nu1,i1\n");
        Assert.That(
            () => folder.Run("z.csv"),
            Throws.TypeOf<InputException>().With.Message.Contains(@"a\u000ab\u001b[2J").And.Message.Not.Contain("\n")
        );
        Assert.That(folder.Run("y.csv").Statistics.Rows, Is.EqualTo(4));
    }

    [Test]
    public void IdsThatStandForMissingValuesAreQuarantinedUnlessSettingsSayOtherwise()
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "nan,i\nNULL,i\nu,<NA>\nu,i\nNaNcy,i\n");
        IngestResult result = folder.Run("x.csv", options => options with { QuarantineLimit = 1 });
        Assert.That(result.UserIds, Is.EqualTo(new[] { "NaNcy", "u" }));
        Assert.That(result.Statistics.Quarantined[LineFault.MissingId], Is.EqualTo(3));
        Assert.That(
            folder.Run("x.csv", options => options with { MissingIds = [] }).UserIds,
            Is.EqualTo(new[] { "NULL", "NaNcy", "nan", "u" })
        );
    }

    [TestCase("\"")]
    [TestCase("a\nb")]
    public void SeparatorsThatCannotBeAreRefused(string separator)
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "u,i\n");
        Assert.That(
            () => folder.Run(new InteractionSource { Path = "x.csv", Separator = separator }),
            Throws.TypeOf<InputException>().With.Message.Contains("separator")
        );
    }

    [Test]
    public void SeparatorsOfSeveralCharactersKeepLineNumbersAndRefuseWhatTheyAreReplacedBy()
    {
        using TemporaryFolder folder = new();
        folder.With("x.dat", "u::i::5\n\nv::i::17\nw::i::4\n").With("y.dat", "u::i::5\nv\u001f::i::4\n");
        IngestResult result = folder.Run("x.dat", options => options with { QuarantineLimit = 1 });
        Assert.That(result.Quarantine.Single().Line, Is.EqualTo(3));
        Assert.That(() => folder.Run("y.dat"), Throws.TypeOf<InputException>().With.Message.Contains("y.dat"));
    }
}
