using System.Text;
using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Parsing;

[TestFixture]
public sealed class DelimitedTests
{
    [Test]
    public void QuotesWithSeparatorsAndLineBreaksAreReadInEveryChunk()
    {
        // The intricate quotes come in the second chunk, and the first is cut within none.
        StringBuilder text = new();
        for (int row = 0; row < 60_000; row++)
        {
            text.Append(
                row % 7 == 0 ? $"\"user\n{row}\",item{row % 50},5,1400000000\n" : $"user{row},item{row % 50},5,1400000000\n"
            );
        }

        text.Append("\"last, with a comma\",\"line\nbreak and \"\"quote\"\"\",4,1400000001\n");
        using TemporaryFolder folder = new();
        IngestResult result = folder.With("x.csv", text.ToString()).Run("x.csv");
        Assert.That(text.Length, Is.GreaterThan(1 << 20));
        Assert.That(result.Interactions.Users, Has.Length.EqualTo(60_001));
        Assert.That(result.UserIds, Does.Contain("last, with a comma").And.Contain("user\n0"));
        Assert.That(result.ItemIds, Does.Contain("line\nbreak and \"quote\""));
        Assert.That(result.Statistics.Rows, Is.EqualTo(60_001));
        Assert.That(result.Statistics.Lines, Is.EqualTo(60_002 + (60_000 + 6) / 7));
    }

    [TestCase("user,item,note\nu,i,\"oops\nv,i,fine\n", "line 2 ")]
    [TestCase("user,item,note\nu,i,a\nv,j,5\" disk\n\"w,i,fine\nx,j,b", "line 4 ")]
    [TestCase("user,item,note\nu,i,\"two\nlines\"\nv,i,\"\"\"never\n", "line 4 ")]
    public void AQuoteThatNeverClosesIsNamedByItsLine(string text, string line)
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", text);
        Assert.That(
            () => folder.Run("x.csv"),
            Throws
                .TypeOf<InputException>()
                .With.Message.Contains(line)
                .And.Message.Contains("x.csv")
                .And.Message.Contains("quote: false")
        );
        IngestResult read = folder.Run(
            new InteractionSource { Path = "x.csv", Quote = false },
            options => options with { QuarantineLimit = 1 }
        );
        Assert.That(
            read.Statistics.Rows + read.Statistics.Quarantined.Values.Sum(),
            Is.EqualTo(text.Trim().Split('\n').Length - 1)
        );
    }

    [Test]
    public void AQuoteOpenForTooManyLinesIsNamedWithoutReadingOn()
    {
        string text = "u,i,x\nv,i,\"never\n" + string.Concat(Enumerable.Repeat("w,i,x\n", 200_000)) + "z,i,closed\"\n";
        using TemporaryFolder folder = new();
        folder.With("x.csv", text);
        Assert.That(
            () => folder.Run("x.csv"),
            Throws.TypeOf<InputException>().With.Message.Contains("line 2 ").And.Message.Contains("1000")
        );
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void RecordsAreCutWhereAPlainReaderEndsThem(byte[] seeds)
    {
        const string Letters = "a\",\n\"b,\n";
        string text = string.Concat(seeds.Select(seed => Letters[seed % Letters.Length]));
        (int ends, bool open) = PlainCut(text);
        RecordCutter cutter = new("x", [(byte)','], quoted: true);
        Assert.That(cutter.Cut(Encoding.ASCII.GetBytes(text), isLast: false, 1), Is.EqualTo(ends), text);
        Assert.That(
            () => cutter.Cut(Encoding.ASCII.GetBytes(text), isLast: true, 1),
            open ? Throws.TypeOf<InputException>() : Is.EqualTo(text.Length)
        );
    }

    /// <summary>Where the last whole record ends, letter by letter, and whether a quote is open at the end.</summary>
    private static (int End, bool Open) PlainCut(string text)
    {
        int end = 0;
        bool inQuotes = false;
        bool begins = true;
        for (int at = 0; at < text.Length; at++)
        {
            if (inQuotes && text[at] == '"' && at + 1 < text.Length && text[at + 1] == '"')
            {
                at++;
            }
            else if (text[at] == '"' && (inQuotes || begins))
            {
                inQuotes = !inQuotes;
                begins = false;
            }
            else if (!inQuotes)
            {
                end = text[at] == '\n' ? at + 1 : end;
                begins = text[at] is '\n' or ',';
            }
        }

        return (end, inQuotes);
    }

    [Test]
    public void TabSeparatedFilesHaveNoQuotesUnlessToldSo()
    {
        using TemporaryFolder folder = new();
        folder
            .With("x.inter", "userID\titemID\ttitle\nu\ti\t\"The Wall\nv\ti\t12\" single\n")
            .With("quoted.tsv", "\"user\"\t\"item\"\n\"u\"\t\"i\tj\"\n");
        Assert.That(ResultText.Of(folder.Run("x.inter")), Is.EqualTo("u i   \nv i   \n"));
        Assert.That(
            () => folder.Run(new InteractionSource { Path = "quoted.tsv", Header = true }),
            Throws.TypeOf<InputException>().With.Message.Contains("quote: true")
        );
        Assert.That(
            ResultText.Of(folder.Run(new InteractionSource { Path = "quoted.tsv", Quote = true })),
            Is.EqualTo("u i\tj   \n")
        );
    }

    [TestCase("A1AAAAAAAAAAAA,B000000001,5.0,1400000000\n", "A1AAAAAAAAAAAA B000000001 5 1400000000000 ")]
    [TestCase("B000000001,A1AAAAAAAAAAAA,5.0,1400000000\n", "A1AAAAAAAAAAAA B000000001 5 1400000000000 ")]
    [TestCase("user_id,parent_asin,rating,timestamp\nAE2,B2,4.0,1588687728923\n", "AE2 B2 4 1588687728923 ")]
    [TestCase("user_id:token\titem_id:token\trating:float\ttimestamp:float\nu\ti\t3\t1400000000.0\n", "u i 3 1400000000000 ")]
    [TestCase("u::i::3::1400000000\n", "u i 3 1400000000000 ")]
    [TestCase("u;i;3\r\n", "u i 3  ")]
    [TestCase("asin,reviewerID\ni,u\n", "u i   ")]
    [TestCase("\uFEFFu i\n", "u i   ")]
    [TestCase("u,i,3\ru,j,4\r", "u i 3  |u j 4  ")]
    [TestCase("u\ti\t3\t2014-05-13 16:53:20\n", "u i 3 1400000000000 ")]
    [TestCase("u,i,3,2014-05-13 16:53:20\n", "u i 3 1400000000000 ")]
    [TestCase("u\ti\t3\t1400000000\tA|B|C|D|E|F\n", "u i 3 1400000000000 ")]
    [TestCase("u,i,3,1400000000,\"a;b;c;d;e;f\"\n", "u i 3 1400000000000 ")]
    [TestCase("\n\nu\ti\n\n  \nu\tj", "u i   |u j   ")]
    [TestCase(
        """{"user_id": "U", "asin": "variant", "parent_asin": "P", "rating": 2.0, "timestamp": 1588687728923}""" + "\n",
        "U P 2 1588687728923 "
    )]
    [TestCase("""{"0": [3, 5], "1": []}""", "0 3   |0 5   ")]
    public void FormatsAreTold(string text, string rows)
    {
        using TemporaryFolder folder = new();
        IngestResult result = folder.With("data.txt", text).Run("data.txt");
        Assert.That(ResultText.Of(result).TrimEnd('\n').Replace('\n', '|'), Is.EqualTo(rows));
        Assert.That(result.Statistics.Quarantined, Is.Empty);
    }

    [Test]
    public void SeparatorsAreCountedOutsideQuotes([Values(',', ';', '|')] char separator, [Values("\n", "\r\n")] string lineBreak)
    {
        StringBuilder text = new($"User ID{separator}Product ID{separator}Rating{separator}Review Text{lineBreak}");
        for (int row = 0; row < 300; row++)
        {
            string review = $"\"good{separator} as \"\"they\"\" say{lineBreak}I like it {row}\"";
            text.AppendJoin(separator, $"u{row % 20}", $"i{row}", "5", review).Append(lineBreak);
        }

        using TemporaryFolder folder = new();
        folder.With("x.csv", text.ToString());
        ColumnMap columns = new()
        {
            User = "User ID",
            Item = "Product ID",
            Rating = "Rating",
        };
        IngestResult result = folder.Run(new InteractionSource { Path = "x.csv", Columns = columns });
        Assert.That((result.UserIds.Length, result.ItemIds.Length), Is.EqualTo((20, 300)));
        Assert.That(
            () => folder.Run(new InteractionSource { Path = "x.csv", Columns = columns with { User = "Whoever" } }),
            Throws.TypeOf<InputException>().With.Message.Contains($"separator if that is not \"{separator}\"")
        );
    }

    [TestCase("u0;i0;4,5\nu1;i1;4,5\n")]
    [TestCase("u0;i0;4,5")]
    [TestCase("u0|i0|1,5|1,4\nu1|i1|4,5|1,4")]
    public void AmongSeparatorsOfEveryRecordTheOneOfMostFieldsCounts(string text)
    {
        using TemporaryFolder folder = new();
        ColumnMap columns = new() { User = "1", Item = "2" };
        IngestResult result = folder.With("x.csv", text).Run(new InteractionSource { Path = "x.csv", Columns = columns });
        Assert.That(ResultText.Of(result), Does.StartWith("u0 i0   \n"));
    }

    [Test]
    public void QuarantineShowsASeparatorOfSeveralCharactersAsItIs()
    {
        using TemporaryFolder folder = new();
        folder.With("x.dat", "u::i::3::1400000000\n::j::3::1400000000\n\"a::b\"::j::9::1400000000\n");
        IngestResult result = folder.Run("x.dat", options => options with { QuarantineLimit = 1 });
        Assert.That(
            result.Quarantine.Select(line => line.Text),
            Is.EqualTo(new[] { "::j::3::1400000000", "\"a::b\"::j::9::1400000000" })
        );
    }

    [Test]
    public void AHeaderOfUnknownNamesIsNotGuessedAt()
    {
        using TemporaryFolder folder = new();
        folder.With("x.csv", "customer,thing,stars\nu,i,3\nu,j,4");
        Assert.That(
            () => folder.Run("x.csv"),
            Throws.TypeOf<InputException>().With.Message.Contains("columns.user").And.Message.Contains("customer, thing, stars")
        );
    }

    [Test]
    public void ColumnsCanBeNamedOrNumbered()
    {
        using TemporaryFolder folder = new();
        folder.With("named.csv", "when,who,what,how\n1400000000,u,i,4\n").With("numbered.txt", "4|i|u\n");
        ColumnMap named = new()
        {
            User = "who",
            Item = "what",
            Rating = "how",
            Timestamp = "when",
        };
        Assert.That(
            ResultText.Of(folder.Run(new InteractionSource { Path = "named.csv", Columns = named })),
            Is.EqualTo("u i 4 1400000000000 \n")
        );
        ColumnMap numbered = new()
        {
            User = "3",
            Item = "2",
            Rating = "1",
        };
        Assert.That(
            ResultText.Of(
                folder.Run(
                    new InteractionSource
                    {
                        Path = "numbered.txt",
                        Columns = numbered,
                        Separator = "|",
                    }
                )
            ),
            Is.EqualTo("u i 4  \n")
        );
        Assert.That(
            () => folder.Run(new InteractionSource { Path = "named.csv", Columns = named with { Item = "whatever" } }),
            Throws.TypeOf<InputException>().With.Message.Contains("\"whatever\"").And.Message.Contains("when, who, what, how")
        );
    }

    [Test]
    public void LatticeSplitsKeepTheirPartsAndTakeBackTheirRawIds()
    {
        using TemporaryFolder folder = new();
        folder
            .With("5-core/train.json", """{"0": [0, 1], "1": [1]}""")
            .With("5-core/val.json", """{"0": [2]}""")
            .With("5-core/test.json", """{"1": [0]}""")
            .With("users.txt", "org_id remap_id\nAnna 0\nBert 1\n")
            .With("items.txt", "apple 0\nbread 1\ncheese 2\n");
        IngestResult result = folder.Run(
            new InteractionSource
            {
                Path = "5-core/*.json",
                UserIdMap = "users.txt",
                ItemIdMap = "items.txt",
            }
        );
        Assert.That(
            ResultText.Of(result),
            Is.EqualTo("Anna apple   0\nAnna bread   0\nAnna cheese   1\nBert apple   2\nBert bread   0\n")
        );
    }
}
