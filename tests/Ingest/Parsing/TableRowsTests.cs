using System.Globalization;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using CranePipeline.Tables;
using NUnit.Framework;
using ParquetSharp.Arrow;

namespace CranePipeline.Ingest.Tests.Parsing;

/// <summary>Interactions in Parquet and Feather are what a comma-separated file of the same rows is.</summary>
[TestFixture]
public sealed class TableRowsTests
{
    private static readonly string[] Users = ["anna", "ben", "ü日", "nan", "", "  eve ", "f\0g", "0042"];
    private static readonly string[] Labels = ["0", "train", "2.0", "1", "", "other"];

    [Test]
    public void TheSameRowsAreTheSameInteractionsAndTheSameQuarantine(
        [Values("parquet", "feather", "arrows")] string format,
        [Values(1, 3)] int threads
    )
    {
        Random random = new(7);
        Row[] rows = [.. Enumerable.Range(0, 3000).Select(_ => Row.Random(random))];
        using TemporaryFolder folder = new();
        folder.With("x.csv", "customer,item,stars,ts,split\n" + string.Concat(rows.Select(row => row.Csv + "\n")));
        Write(Path.Combine(folder.Root, "x." + format), 700, format, Columns(rows));
        static IngestOptions Change(IngestOptions options) =>
            options with
            {
                QuarantineLimit = 1,
                MinUserInteractions = 2,
                MinItemInteractions = 2,
            };
        InteractionSource Source(string path) =>
            new()
            {
                Path = path,
                Columns = new ColumnMap { User = "customer", Label = "split" },
            };
        IngestResult text = folder.Run(Source("x.csv"), Change, threads);
        IngestResult table = folder.Run(Source("x." + format), Change, threads);
        Assert.That(ResultText.Of(text), Has.Length.GreaterThan(1000));
        Assert.That(ResultText.Of(table), Is.EqualTo(ResultText.Of(text)));
        Assert.That(text.Statistics.Quarantined.Keys, Has.Count.GreaterThanOrEqualTo(7));
        Assert.That(table.Statistics.Quarantined, Is.EqualTo(text.Statistics.Quarantined));
        // Line 2 of the text, behind the header, is row 0 of the table.
        Assert.That(
            table.Quarantine.Select(line => (line.File, line.Line, line.Kind, line.Reason, line.Value)),
            Is.EqualTo(text.Quarantine.Select(line => ("x." + format, line.Line - 2, line.Kind, line.Reason, line.Value)))
        );
        Assert.That(table.Statistics.Lines, Is.EqualTo(text.Statistics.Lines - 1));
        Assert.That(
            table.Statistics.Reasons.Select(reason => reason.Count),
            Is.EqualTo(text.Statistics.Reasons.Select(reason => reason.Count))
        );
        Assert.That(table.Statistics.Reasons[0].Example, Does.Contain($"x.{format} row "));
    }

    [TestCase(TimeUnit.Second)]
    [TestCase(TimeUnit.Millisecond)]
    [TestCase(TimeUnit.Microsecond)]
    [TestCase(TimeUnit.Nanosecond)]
    public void TimesOfAnyUnitAreReadAsUtc(TimeUnit unit)
    {
        DateTimeOffset time = new(2018, 7, 7, 22, 9, 11, TimeSpan.Zero);
        foreach (string? zone in new[] { null, "UTC", "+02:00" })
        {
            foreach (string format in new[] { "parquet", "feather" })
            {
                TimestampArray times = new TimestampArray.Builder(new TimestampType(unit, zone))
                    .Append(time)
                    .AppendNull()
                    .Append(time.AddDays(1))
                    .Build();
                IngestResult result = Ingested(format, Ids("user", "a", "b", "c"), Ids("item", "x", "x", "x"), ("ts", times));
                long first = time.ToUnixTimeMilliseconds();
                Assert.That(
                    ResultText.Of(result),
                    Is.EqualTo($"a x  {first} \nb x   \nc x  {first + 86_400_000} \n"),
                    $"{unit} {zone} {format}"
                );
                Assert.That(result.Statistics.Timestamps.Single().Unit, Is.EqualTo(TimestampUnit.Auto));
            }
        }
    }

    [Test]
    public void DaysIdsOfAnyTypeAndNumbersAreRead()
    {
        Date32Array days = new Date32Array.Builder().Append(new DateTime(2018, 9, 20)).Append(new DateTime(2018, 9, 21)).Build();
        DictionaryArray categories = new(
            new DictionaryType(Int8Type.Default, StringType.Default, false),
            new Int8Array.Builder().Append(1).Append(0).Build(),
            new StringArray.Builder().Append("zero").Append("one").Build()
        );
        (string, IArrowArray)[] users =
        [
            ("user", new Int64Array.Builder().Append(12).Append(7).Build()),
            ("user", new UInt64Array.Builder().Append(ulong.MaxValue).Append(7).Build()),
            ("user", new DoubleArray.Builder().Append(12).Append(7).Build()),
            ("user", new BinaryArray.Builder().Append("12"u8).Append("7"u8).Build()),
            ("user", categories),
        ];
        string[] expected = ["12 7", "18446744073709551615 7", "12 7", "12 7", "one zero"];
        foreach (((string Name, IArrowArray Values) user, string ids) in users.Zip(expected))
        {
            IngestResult result = Ingested(
                "feather",
                user,
                Ids("item", "0108", "0108"),
                ("rating", new FloatArray.Builder().Append(4.5f).Append(float.NaN).Build()),
                ("time", days)
            );
            Assert.That(result.UserIds, Is.EqualTo(ids.Split(' ')));
            Assert.That(
                ResultText.Of(result),
                Is.EqualTo($"{ids.Split(' ')[0]} 0108 4.5 1537401600000 \n{ids.Split(' ')[1]} 0108  1537488000000 \n")
            );
        }
    }

    [Test]
    public void NumbersOfTimesHaveTheUnitOfTheWholeColumn()
    {
        static (string, IArrowArray)[] Columns(Func<int, long> time)
        {
            Int64Array.Builder times = new();
            foreach (int row in Enumerable.Range(0, 500))
            {
                times.Append(time(row));
            }

            string[] ids = [.. Enumerable.Range(0, 500).Select(row => $"u{row:000}")];
            return [Ids("user", ids), Ids("item", ids), ("timestamp", times.Build())];
        }

        // The first hundred look like an order.
        IngestResult late = Ingested("parquet", null, 1, Columns(row => row < 120 ? row : 1_400_000_000_000 + row));
        Assert.That(late.Statistics.Timestamps.Single().Unit, Is.EqualTo(TimestampUnit.Milliseconds));
        Assert.That((late.Statistics.Rows, late.Statistics.Quarantined[LineFault.TimestampOutOfRange]), Is.EqualTo((380L, 120L)));
        IngestResult order = Ingested("parquet", Columns(row => row));
        Assert.That(
            order.Statistics.Timestamps.Single(),
            Is.EqualTo(new TimestampColumn("x.parquet", TimestampUnit.Order, 0, 499))
        );
    }

    [Test]
    public void SeveralPartFilesAreOneSource()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Root, "part"));
        for (int part = 0; part < 5; part++)
        {
            string[] users = [.. Enumerable.Range(0, 20).Select(user => $"u{user}")];
            string[] items = [.. users.Select(_ => $"i{part}")];
            string format = part % 2 == 0 ? "parquet" : "feather";
            Write(Path.Combine(folder.Root, "part", $"{part}.{format}"), 7, format, Ids("user_id", users), Ids("item_id", items));
        }

        IngestResult result = folder.Run("part/*", threads: 3);
        Assert.That((result.UserIds.Length, result.ItemIds.Length, result.Interactions.Count), Is.EqualTo((20, 5, 100)));
    }

    [Test]
    public void WhatATableLacksIsToldInOneLine()
    {
        (string, IArrowArray)[] columns = [Ids("buyer", "a"), Ids("sku", "x")];
        Refused(
            () => Ingested("parquet", columns),
            "x.parquet has no column that is known to hold the user: name it in columns.user; its columns are buyer, sku"
        );
        Refused(
            () => Ingested("feather", new ColumnMap { User = "buyer", Item = "thing" }, 0.01, columns),
            "x.feather has no column \"thing\"; its columns are buyer, sku"
        );
        ListArray.Builder lists = new(StringType.Default);
        lists.Append();
        ((StringArray.Builder)lists.ValueBuilder).Append("x");
        Refused(
            () => Ingested("feather", Ids("user", "a"), ("item", lists.Build())),
            "x.feather: column \"item\" is list of utf8, where one value a row is needed; name the right one with columns.item"
        );
        using TemporaryFolder folder = new();
        folder.With("x.parquet", "user,item\na,b\n").With("empty.feather", "").With("y.csv", "user,item\na,b\n");
        Refused(() => folder.Run("x.parquet"), "x.parquet is neither Parquet nor Feather by its first bytes");
        Refused(() => folder.Run("empty.feather"), "empty.feather: the file is empty");
        Refused(
            () => folder.Run(new InteractionSource { Path = "y.csv", Format = InteractionFormat.Table }),
            "y.csv is neither Parquet nor Feather"
        );
        Write(Path.Combine(folder.Root, "z"), 9, "parquet", Ids("user", "a"), Ids("item", "x"));
        Assert.That(ResultText.Of(folder.Run("z")), Is.EqualTo("a x   \n"), "known by its first bytes");
        Refused(
            () => folder.Run(new InteractionSource { Path = "z", Format = InteractionFormat.Delimited }),
            "z is a Parquet or Feather table by its name or first bytes, and format is delimited; leave format out"
        );
        byte[] whole = File.ReadAllBytes(Path.Combine(folder.Root, "z"));
        folder.With("cut.parquet", whole[..^5]).With("z.gz", TemporaryFolder.Gzip(whole));
        Refused(() => folder.Run("cut.parquet"), "cut.parquet cannot be read as a table");
        Refused(() => folder.Run("z.gz"), "z.gz is a compressed Parquet or Feather table");
    }

    [Test]
    public void TextThatIsNotUtf8IsQuarantinedWithItsRow()
    {
        BinaryArray bytes = new BinaryArray.Builder().Append("a"u8).Append([0xFF, 0xFE]).Append("b"u8).Build();
        IngestResult result = Ingested("feather", null, 1, ("user", bytes), Ids("item", "x", "x", "x"));
        Assert.That(result.UserIds, Is.EqualTo(new[] { "a", "b" }));
        Assert.That((result.Quarantine.Single().Line, result.Quarantine.Single().Kind), Is.EqualTo((1L, LineFault.InvalidUtf8)));
    }

    private static IngestResult Ingested(string format, params (string, IArrowArray)[] columns) =>
        Ingested(format, null, 0.01, columns);

    private static IngestResult Ingested(string format, ColumnMap? map, double limit, params (string, IArrowArray)[] columns)
    {
        using TemporaryFolder folder = new();
        Write(Path.Combine(folder.Root, "x." + format), 1 << 16, format, columns);
        return folder.Run(
            new InteractionSource { Path = "x." + format, Columns = map },
            options => options with { QuarantineLimit = limit }
        );
    }

    private static void Refused(Action act, string message) =>
        Assert.That(() => act(), Throws.TypeOf<InputException>().With.Message.StartsWith(message).And.Message.Not.Contain("\n"));

    private static (string, IArrowArray) Ids(string name, params string?[] ids)
    {
        StringArray.Builder values = new();
        foreach (string? id in ids)
        {
            values.Append(id);
        }

        return (name, values.Build());
    }

    private static (string, IArrowArray)[] Columns(Row[] rows)
    {
        Int64Array.Builder times = new();
        DoubleArray.Builder ratings = new();
        foreach (Row row in rows)
        {
            _ = row.Time is { } time ? times.Append(time) : times.AppendNull();
            _ = row.Rating is { } rating ? ratings.Append(rating) : ratings.AppendNull();
        }

        return
        [
            Ids("customer", [.. rows.Select(row => row.User.Length == 0 ? null : row.User)]),
            Ids("item", [.. rows.Select(row => row.Item.Length == 0 ? null : row.Item)]),
            ("stars", ratings.Build()),
            ("ts", times.Build()),
            Ids("split", [.. rows.Select(row => row.Label.Length == 0 ? null : row.Label)]),
        ];
    }

    private static void Write(string path, int batchRows, string format, params (string Name, IArrowArray Values)[] columns)
    {
        RecordBatch all = new(
            new Schema(columns.Select(column => new Apache.Arrow.Field(column.Name, column.Values.Data.DataType, true)), null),
            columns.Select(column => column.Values),
            columns[0].Values.Length
        );
        IEnumerable<RecordBatch> batches = Enumerable
            .Range(0, (all.Length + batchRows - 1) / batchRows)
            .Select(batch => all.Slice(batch * batchRows, Math.Min(batchRows, all.Length - batch * batchRows)));
        if (format == "parquet")
        {
            using FileWriter writer = new(path, all.Schema);
            writer.WriteRecordBatch(all, batchRows);
            writer.Close();
            return;
        }

        using FileStream file = File.Create(path);
        using ArrowStreamWriter arrow = format == "arrows" ? new(file, all.Schema) : new ArrowFileWriter(file, all.Schema);
        foreach (RecordBatch batch in batches)
        {
            arrow.WriteRecordBatch(batch);
        }

        arrow.WriteEnd();
    }

    private sealed record Row(string User, string Item, double? Rating, long? Time, string Label)
    {
        public string Csv => string.Create(CultureInfo.InvariantCulture, $"{User},{Item},{Rating},{Time},{Label}");

        public static Row Random(Random random) =>
            new(
                random.Next(8) == 0 ? Users[random.Next(Users.Length)] : $"user {random.Next(60)}",
                random.Next(100) switch
                {
                    0 => "NULL",
                    1 => "",
                    _ => $"i{random.Next(40)}",
                },
                random.Next(20) switch
                {
                    0 => null,
                    1 => 17,
                    2 => 4.5,
                    int other => other % 5 + 1,
                },
                random.Next(20) switch
                {
                    0 => null,
                    1 => 77,
                    _ => 1_400_000_000 + random.Next(1000),
                },
                Labels[random.Next(random.Next(10) == 0 ? Labels.Length : 4)]
            );
    }
}
