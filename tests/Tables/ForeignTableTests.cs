using System.Text;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>Tables as other people's programs lay them out, converted to what is asked for.</summary>
[TestFixture]
public sealed class ForeignTableTests
{
    private ScratchFolder folder = null!;

    [SetUp]
    public void Make() => folder = new ScratchFolder();

    [TearDown]
    public void Clean() => folder.Dispose();

    [TestCase(null)]
    [TestCase(CompressionCodecType.Lz4Frame)]
    [TestCase(CompressionCodecType.Zstd)]
    public void Feather_files_and_streams_of_any_compression_are_read(CompressionCodecType? codec)
    {
        foreach (bool isStream in new[] { false, true })
        {
            string path = folder.File(isStream ? "t.arrows" : "t.feather");
            RecordBatch batch = Batch(
                ("id", new StringArray.Builder().Append("a").AppendNull().Append("c").Build()),
                ("n", new Int64Array.Builder().Append(1).Append(2).Append(3).Build())
            );
            var options = new IpcOptions { CompressionCodec = codec, CompressionCodecFactory = new CompressionCodecFactory() };
            using (FileStream file = File.Create(path))
            {
                using ArrowStreamWriter writer = isStream
                    ? new ArrowStreamWriter(file, batch.Schema, false, options)
                    : new ArrowFileWriter(file, batch.Schema, false, options);
                writer.WriteRecordBatch(batch);
                writer.WriteRecordBatch(batch);
                writer.WriteEnd();
            }

            Assert.That(Texts(path, "id"), Is.EqualTo(new[] { "a", null, "c", "a", null, "c" }));
            Assert.That(Texts(path, "n"), Is.EqualTo(new[] { "1", "2", "3", "1", "2", "3" }));
            // From the first row again.
            using ForeignTable table = ForeignTable.Open(path);
            Assert.That(table.Batches([1]).Sum(each => each.RowCount), Is.EqualTo(6));
            Assert.That(table.Batches([0]).Select(each => each.FirstRow), Is.EqualTo(new[] { 0L, 3L }));
        }
    }

    [Test]
    public void Ids_may_be_categories_large_texts_bytes_or_whole_numbers()
    {
        var indices = new Int8Array.Builder().Append(1).Append(0).AppendNull().Build();
        var words = new StringArray.Builder().Append("zero").Append("one").Build();
        var dictionary = new DictionaryArray(new DictionaryType(Int8Type.Default, StringType.Default, false), indices, words);
        string path = Write(
            ("category", dictionary),
            ("bytes", new BinaryArray.Builder().Append("x"u8).Append("é"u8).AppendNull().Build()),
            ("float", new DoubleArray.Builder().Append(12).Append(-3).Append(double.NaN).Build()),
            ("unsigned", new UInt32Array.Builder().Append(uint.MaxValue).Append(0).Append(1).Build()),
            ("half", new DoubleArray.Builder().Append(1.5).Append(1).Append(1).Build()),
            ("broken", new BinaryArray.Builder().Append([0xFF, 0xFE]).Append("a"u8).Append("b"u8).Build())
        );
        Assert.That(Texts(path, "category"), Is.EqualTo(new[] { "one", "zero", null }));
        Assert.That(Texts(path, "bytes"), Is.EqualTo(new[] { "x", "é", null }));
        Assert.That(Texts(path, "float"), Is.EqualTo(new[] { "12", "-3", null }));
        Assert.That(Texts(path, "unsigned"), Is.EqualTo(new[] { "4294967295", "0", "1" }));
        Refused(() => Texts(path, "half"), "column half, row 0", "'1.5'");
        Refused(() => Texts(path, "broken"), "column broken, row 0", "UTF-8");
        Refused(() => Texts(path, "none"), "'none'", "category, bytes", "idColumn");
    }

    [Test]
    public void Whole_decimals_are_ids_with_all_their_digits()
    {
        string path = Write(
            (
                "narrow",
                new Decimal128Array.Builder(new Decimal128Type(29, 0)).Append(0m).Append(-12345678901234567890123m).Build()
            ),
            ("wide", new Decimal256Array.Builder(new Decimal256Type(76, 2)).Append(12m).Append(12345678901234567890m).Build()),
            ("half", new Decimal128Array.Builder(new Decimal128Type(9, 2)).Append(1m).Append(1.50m).Build())
        );
        Assert.That(Texts(path, "narrow"), Is.EqualTo(new[] { "0", "-12345678901234567890123" }));
        Assert.That(Texts(path, "wide"), Is.EqualTo(new[] { "12", "12345678901234567890" }));
        foreach (string column in new[] { "narrow", "wide" })
        {
            string[] written = Values(path, column, (values, row) => Encoding.UTF8.GetString(values.Written(row, new byte[32])));
            Assert.That(written, Is.EqualTo(Texts(path, column)), "as interactions have them");
        }

        Refused(() => Texts(path, "half"), "column half, row 1", "'1.50'");
    }

    [Test]
    public void Ranks_may_be_floats_or_texts_and_times_of_any_unit()
    {
        string path = Write(
            ("float", new FloatArray.Builder().Append(1f).Append(2f).Build()),
            ("text", new StringArray.Builder().Append("1").Append("2.0").Build()),
            ("word", new StringArray.Builder().Append("1").Append("first").Build()),
            (
                "second",
                new TimestampArray.Builder(TimeUnit.Second)
                    .Append(DateTimeOffset.UnixEpoch)
                    .Append(DateTimeOffset.UnixEpoch.AddSeconds(-1))
                    .Build()
            ),
            (
                "nano",
                new TimestampArray.Builder(TimeUnit.Nanosecond)
                    .Append(DateTimeOffset.UnixEpoch.AddMilliseconds(5))
                    .AppendNull()
                    .Build()
            ),
            ("day", new Date32Array.Builder().Append(new DateTime(1970, 1, 3)).Append(new DateTime(1969, 12, 31)).Build())
        );
        Assert.That(Values(path, "float", (values, row) => values.Integer(row)), Is.EqualTo(new long?[] { 1, 2 }));
        Assert.That(Values(path, "text", (values, row) => values.Integer(row)), Is.EqualTo(new long?[] { 1, 2 }));
        Refused(() => Values(path, "word", (values, row) => values.Integer(row)), "row 1", "'first'", "whole number");
        Assert.That(Values(path, "second", (values, row) => values.Instant(row)), Is.EqualTo(new long?[] { 0, -1000 }));
        Assert.That(Values(path, "nano", (values, row) => values.Instant(row)), Is.EqualTo(new long?[] { 5, null }));
        Assert.That(
            Values(path, "day", (values, row) => values.Instant(row)),
            Is.EqualTo(new long?[] { 172_800_000, -86_400_000 })
        );
    }

    [Test]
    public void Vectors_may_be_lists_of_any_layout_and_number()
    {
        IArrowArray List(IArrowArray values) =>
            new ListArray(
                new ListType(values.Data.DataType),
                2,
                new ArrowBuffer(System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>([0, 2, 4]).ToArray()),
                values,
                ArrowBuffer.Empty
            );
        var doubles = new DoubleArray.Builder().Append(1).Append(2).AppendNull().Append(4).Build();
        var ints = new Int16Array.Builder().Append(1).Append(2).Append(3).Append(4).Build();
        var fixedSize = new FixedSizeListArray(
            new FixedSizeListType(new Field("item", Int16Type.Default, true), 2),
            2,
            ints,
            ArrowBuffer.Empty
        );
        string path = Write(("doubles", List(doubles)), ("ints", List(ints)), ("fixed", fixedSize));
        float[] Vector(ForeignValues values, int row)
        {
            var vector = new float[values.Width(row)];
            values.Vector(row, vector);
            return vector;
        }

        Assert.That(Values(path, "doubles", Vector), Is.EqualTo(new[] { new[] { 1f, 2f }, [float.NaN, 4f] }));
        Assert.That(Values(path, "ints", Vector), Is.EqualTo(new[] { new[] { 1f, 2f }, [3f, 4f] }));
        Assert.That(Values(path, "fixed", Vector), Is.EqualTo(new[] { new[] { 1f, 2f }, [3f, 4f] }));
    }

    [TestCase("", "empty")]
    [TestCase("FEA1....", "version 1")]
    [TestCase("PARE....", "encrypted")]
    [TestCase("user,item\n", "neither Parquet nor Feather")]
    [TestCase("PAR1PAR1PAR1", "cannot be read as a table")]
    [TestCase("ARROW1\0\0", "cannot be read as a table")]
    public void What_is_no_table_is_named(string content, string message)
    {
        string path = folder.File("what");
        File.WriteAllText(path, content);
        Refused(() => ForeignTable.Open(path), path, message);
        Refused(() => ForeignTable.Open(folder.File("none")), "none", "there is no file");
        Refused(() => ForeignTable.Open(folder.Path), "is a folder");
    }

    [TestCase("binary-ids", 40)]
    [TestCase("empty-row-group", 40)]
    public void Awkward_files_are_read(string name, int atLeast)
    {
        string path = Path.Combine(SharedData.Folder ?? string.Empty, "cases", name, "f.parquet");
        if (!File.Exists(path))
        {
            Assert.Ignore($"{path} is not there");
        }

        using ForeignTable table = ForeignTable.Open(path);
        int rows = 0;
        foreach (ForeignBatch batch in table.Batches([0, 1]))
        {
            for (int row = 0; row < batch.RowCount; row++, rows++)
            {
                Assert.That(batch.Columns[0].Text(row), Does.Match("^[A-Za-z0-9_-]+$"));
                Assert.That(batch.Columns[1].Width(row), Is.Positive);
            }
        }

        Assert.That(rows, Is.EqualTo(table.RowCount).And.GreaterThanOrEqualTo(Math.Min(atLeast, 4)));
    }

    private string Write(params (string Name, IArrowArray Values)[] columns)
    {
        string path = folder.File("written.feather");
        RecordBatch batch = Batch(columns);
        using var writer = new ArrowFileWriter(File.Create(path), batch.Schema);
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();
        return path;
    }

    private static RecordBatch Batch(params (string Name, IArrowArray Values)[] columns) =>
        new(
            new Schema(columns.Select(column => new Field(column.Name, column.Values.Data.DataType, true)), null),
            columns.Select(column => column.Values),
            columns[0].Values.Length
        );

    private static string?[] Texts(string path, string column) => Values(path, column, (values, row) => values.Text(row));

    private static T[] Values<T>(string path, string column, Func<ForeignValues, int, T> value)
    {
        using ForeignTable table = ForeignTable.Open(path);
        return
        [
            .. table
                .Batches([table.Require(column, "'idColumn'")])
                .SelectMany(batch => Enumerable.Range(0, batch.RowCount).Select(row => value(batch.Columns[0], row)).ToList()),
        ];
    }

    private static void Refused(Action act, params string[] parts)
    {
        InputException error = Assert.Throws<InputException>(() => act())!;
        Assert.That(error.Message, Does.Not.Contain("\n"));
        foreach (string part in parts)
        {
            Assert.That(error.Message, Does.Contain(part));
        }
    }
}
