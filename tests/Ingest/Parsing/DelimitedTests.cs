using System.Runtime.InteropServices;
using System.Text;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Reading;
using CranePipeline.Ingest.Rows;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Parsing;

[TestFixture]
public sealed class DelimitedTests
{
    [Test]
    public void TheFastReaderAndTheGeneralOneAgree()
    {
        Random random = new(17);
        int general = 0;
        for (int trial = 0; trial < 400; trial++)
        {
            StringBuilder text = new();
            string newLine = random.Next(4) == 0 ? "\r\n" : "\n";
            for (int line = random.Next(1, 30); line > 0; line--)
            {
                text.AppendJoin(',', Enumerable.Range(0, random.Next(12) == 0 ? 3 : 4).Select(column => Field(random, column)))
                    .Append(newLine);
            }

            using TemporaryFolder folder = new();
            folder.With("x.csv", text.ToString());
            (string rows, string faults) fast = Read(folder, "x.csv", false, out bool needsGeneral);
            (string rows, string faults) slow = Read(folder, "x.csv", true, out _);
            general += needsGeneral ? 1 : 0;
            if (!needsGeneral)
            {
                Assert.That(fast, Is.EqualTo(slow), text.ToString());
            }
        }

        // Both outcomes must have been met for this to say anything.
        Assert.That(general, Is.InRange(40, 360));
    }

    private static string Field(Random random, int column)
    {
        string plain = column switch
        {
            0 => "U" + random.Next(5),
            1 => "I" + random.Next(5),
            2 => $"{random.Next(0, 7)}.0",
            _ => $"{1_400_000_000 + random.Next(5)}",
        };
        return random.Next(40) switch
        {
            0 => "",
            1 => "\"a,b\"",
            2 => "\"a\"\"b\"",
            3 or 4 or 5 or 6 => $"\"{plain}\"",
            7 => " " + plain + " ",
            8 => plain + "\"x",
            9 => "x",
            _ => plain,
        };
    }

    private static string Text(UserKey key, IdTable longUsers) =>
        Encoding.UTF8.GetString(
            key.Number < 0 ? MemoryMarshal.AsBytes(new ReadOnlySpan<UserKey>(in key))[..key.Length] : longUsers[key.Number]
        );

    private static (string Rows, string Faults) Read(TemporaryFolder folder, string name, bool general, out bool needsGeneral)
    {
        DelimitedLayout layout = new(",", false, 0, 1, 2, 3, -1);
        FileRows file = new(
            new SourceFile(name, Path.Combine(folder.Root, name), 0),
            new InteractionSource(),
            new FileFormat(Delimited: layout),
            1000
        );
        IdTable users = new();
        IdTable items = new();
        using BlockPool pool = new();
        RowSink sink = new(users, items, pool, new IngestOptions(), 1000);
        needsGeneral = false;
        if (general)
        {
            GeneralRows.Read(file, sink, CancellationToken.None);
        }
        else
        {
            DelimitedParser parser = new(layout, new LabelParser(new LabelMap()));
            using Stream stream = RawFile.Open(file.File.FullPath, name, out _);
            ChunkReader chunks = new(stream, name);
            while (chunks.Next() is { } chunk)
            {
                sink.Take(chunk, parser, file);
            }

            needsGeneral = parser.NeedsGeneralReader;
        }

        List<string> rows = [];
        foreach (RowStore store in file.Stores)
        {
            for (int part = 0; part < RowStore.Parts; part++)
            {
                Tell(store.Packed, part);
                Tell(store.Other, part);
            }
        }

        rows.Sort(StringComparer.Ordinal);
        return (string.Join('\n', rows), string.Join('\n', file.Quarantine.Select(line => $"{line.Line} {line.Kind}")));

        void Tell<T>(RowSegments<T> segments, int part)
            where T : unmanaged, IUserRow
        {
            for (int segment = 0; segment < segments.SegmentsOf(part); segment++)
            {
                foreach (T row in segments.Rows(part, segment))
                {
                    string item = Encoding.UTF8.GetString(items[row.Item]);
                    rows.Add($"{Text(row.User, users)} {item} {row.Entry.Rating} {row.Entry.Timestamp}");
                }
            }
        }
    }

    [Test]
    public void QuotesBeyondTheFastReaderSendTheWholeFileToTheGeneralOne()
    {
        // The intricate quotes come after what is looked at to tell the format.
        StringBuilder text = new();
        for (int row = 0; row < 20_000; row++)
        {
            text.Append($"user{row},item{row % 50},5,1400000000\n");
        }

        text.Append("\"last, with a comma\",\"line\nbreak\",4,1400000001\n");
        using TemporaryFolder folder = new();
        IngestResult result = folder.With("x.csv", text.ToString()).Run("x.csv");
        Assert.That(result.Interactions.Users, Has.Length.EqualTo(20_001));
        Assert.That(result.UserIds, Does.Contain("last, with a comma"));
        Assert.That(result.ItemIds, Does.Contain("line\nbreak"));
        Assert.That(result.Statistics.Rows, Is.EqualTo(20_001));
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
