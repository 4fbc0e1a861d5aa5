using System.Buffers.Binary;
using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>What footers say: statistics, and lies.</summary>
[TestFixture]
public sealed class ParquetFooterTests
{
    [Test]
    public void Statistics_bound_each_row_group()
    {
        var table = new Table([
            new Int32Column("int", [3, -5, 7, 100, 100, 100], [true, true, true, true, false, true]),
            new FloatColumn("float", [1, float.NaN, 2, 0, 1, 0.5f]),
            new DoubleColumn("zero", [0, 1, 2, -1, -0.0, -2]),
            new StringColumn("text", ["b", "", "漢", null, "x", new string('z', 300)]),
            new DateColumn("date", [.. Enumerable.Range(0, 6).Select(i => new DateOnly(2014, 1, 1 + i))]),
            new DecimalColumn("price", [1.25m, -3m, 2m, 0m, 0m, 9.99m], 9, 2),
            new BooleanColumn("flag", [true, true, true, false, true, false]),
            new FloatListColumn("list", [1, 2], [0, 0, 2, 2, 2, 2, 2], [true, true, false, true, true, true]),
        ]);
        var bytes = ParquetRoundTripTests.WriteToArray(table, new ParquetWriteOptions { RowGroupRows = 3 });
        using var reader = ParquetReader.Open(new MemoryStream(bytes));
        Dictionary<string, ParquetColumnChunk> Group(int g) => reader.RowGroups[g].Columns.ToDictionary(column => column.Name);
        object?[] Of(int g, string name) => [Group(g)[name].Minimum, Group(g)[name].Maximum, Group(g)[name].MissingCount];
        Assert.That(Of(0, "int"), Is.EqualTo(new object?[] { -5, 7, 0L }));
        Assert.That(Of(1, "int"), Is.EqualTo(new object?[] { 100, 100, 1L }));
        Assert.That(Of(0, "float"), Is.EqualTo(new object?[] { null, null, 0L }), "NaN has no order");
        Assert.That(Of(1, "float"), Is.EqualTo(new object?[] { -0f, 1f, 0L }));
        Assert.That(float.IsNegative((float)Of(1, "float")[0]!), "a zero bound covers both zeros");
        Assert.That(double.IsNegative((double)Of(0, "zero")[0]!));
        Assert.That(double.IsPositive((double)Of(1, "zero")[1]!));
        Assert.That(Of(0, "text"), Is.EqualTo(new object?[] { "", "漢", 0L }));
        Assert.That(Of(1, "text"), Is.EqualTo(new object?[] { null, null, 1L }), "bounds that are too long are left out");
        Assert.That(Of(1, "date"), Is.EqualTo(new object?[] { new DateOnly(2014, 1, 4), new DateOnly(2014, 1, 6), 0L }));
        Assert.That(Of(0, "price"), Is.EqualTo(new object?[] { -3m, 2m, 0L }));
        Assert.That(Of(0, "flag"), Is.EqualTo(new object?[] { true, true, 0L }));
        Assert.That(Of(0, "list"), Is.EqualTo(new object?[] { null, null, 2L }), "an empty and a missing list");
    }

    [Test]
    public void Dictionaries_and_compression_are_used_where_they_pay()
    {
        var random = new Random(1);
        var table = new Table([
            new Int32Column("few", [.. Enumerable.Range(0, 20000).Select(_ => random.Next(5))]),
            new Int32Column("many", [.. Enumerable.Range(0, 20000).Select(_ => random.Next())]),
            new StringColumn("words", [.. Enumerable.Range(0, 20000).Select(i => $"word {random.Next(50)}")]),
            new StringColumn(
                "sentences",
                [.. Enumerable.Range(0, 20000).Select(i => $"the same beginning and then number {random.Next()}")]
            ),
        ]);
        var bytes = ParquetRoundTripTests.WriteToArray(table);
        using var reader = ParquetReader.Open(new MemoryStream(bytes));
        var columns = reader.RowGroups[0].Columns;
        Assert.That(columns[0].CompressedBytes, Is.LessThan(20000), "three bits a value");
        Assert.That(columns[1].Compression, Is.EqualTo(ParquetCompression.None), "random bits do not shrink");
        Assert.That(columns[1].CompressedBytes, Is.LessThan(20000 * 4 + 100));
        Assert.That(columns[2].CompressedBytes, Is.LessThan(20000), "six bits a value");
        Assert.That(columns[3].Compression, Is.EqualTo(ParquetCompression.Snappy));
        Assert.That(columns[3].CompressedBytes, Is.LessThan(columns[3].UncompressedBytes / 2));
        SampleTables.AssertSame(reader.Read(), table);
    }

    private static readonly (string Name, Action<FileMetadata> Lie, string Message)[] Lies =
    [
        ("rows beyond reason", file => All(file, (group, chunk) => group.RowCount = chunk.ValueCount = 1L << 40), "rows"),
        (
            "as many rows as an array holds",
            file => All(file, (group, chunk) => group.RowCount = chunk.ValueCount = Array.MaxLength),
            "bytes of memory"
        ),
        (
            "more rows than there are",
            file => All(file, (group, chunk) => group.RowCount = chunk.ValueCount = 1_000_000),
            "missing"
        ),
        ("fewer values than rows", file => All(file, (_, chunk) => chunk.ValueCount = 1), "values in a row group"),
        ("a negative count", file => All(file, (_, chunk) => chunk.ValueCount = -1), "not described"),
        ("pages outside the file", file => All(file, (_, chunk) => chunk.DataPageOffset = 1L << 50), "at byte"),
        ("a chunk longer than the file", file => All(file, (_, chunk) => chunk.CompressedSize = long.MaxValue), "at byte"),
        ("a chunk that starts in the magic", file => All(file, (_, chunk) => chunk.DataPageOffset = 0), "at byte"),
        ("another type", file => All(file, (_, chunk) => chunk.Type = PhysicalType.Double), "Double"),
        (
            "another codec",
            file => All(file, (_, chunk) => chunk.Codec = ParquetCompression.Lzo),
            "column 'x' is compressed with Lzo"
        ),
        (
            "an unknown codec",
            file => All(file, (_, chunk) => chunk.Codec = (ParquetCompression)99),
            "column 'x' is compressed with 99"
        ),
        ("more children than nodes", file => file.Schema[0].ChildCount = 7, "hang together"),
        ("fewer children than nodes", file => file.Schema[0].ChildCount = 0, "hang together"),
        ("no schema", file => file.Schema.Clear(), "schema"),
        ("a nameless repetition", file => file.Schema[1].Repetition = (Repetition)9, "repetition"),
    ];

    [TestCaseSource(nameof(LieNames))]
    public void Footers_that_lie_are_refused_with_the_reason(string name)
    {
        var (_, lie, message) = Array.Find(Lies, entry => entry.Name == name);
        var bytes = ParquetRoundTripTests.WriteToArray(new Table([new Int32Column("x", [.. Enumerable.Range(0, 100)])]));
        var error = Assert.Throws<InputException>(() => ParquetFile.Read(new MemoryStream(Rewrite(bytes, lie))));
        Assert.That(error!.Message, Does.Contain(message));
    }

    [Test]
    public void A_rewritten_footer_without_lies_is_read() =>
        Assert.That(
            ParquetFile
                .Read(
                    new MemoryStream(
                        Rewrite(ParquetRoundTripTests.WriteToArray(new Table([new Int32Column("x", [5])])), _ => { })
                    )
                )
                .Get<Int32Column>("x")
                .Values,
            Is.EqualTo(new[] { 5 })
        );

    [Test]
    public void A_schema_nested_without_end_is_refused()
    {
        var bytes = ParquetRoundTripTests.WriteToArray(new Table([new Int32Column("x", [1])]));
        var deep = Rewrite(
            bytes,
            file =>
            {
                for (var i = 0; i < 10_000; i++)
                {
                    file.Schema.Insert(1, new SchemaElement { Name = "n", ChildCount = 1 });
                }
            }
        );
        Assert.That(
            Assert.Throws<InputException>(() => ParquetFile.Read(new MemoryStream(deep)))!.Message,
            Does.Contain("hang together")
        );
    }

    private static IEnumerable<string> LieNames() => Lies.Select(entry => entry.Name);

    private static void All(FileMetadata file, Action<RowGroupMetadata, ColumnChunkMetadata> change)
    {
        foreach (var group in file.RowGroups)
        {
            foreach (var chunk in group.Columns)
            {
                change(group, chunk);
            }
        }
    }

    private static byte[] Rewrite(byte[] bytes, Action<FileMetadata> change)
    {
        var size = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 8));
        var file = MetadataReader.File(bytes.AsSpan(bytes.Length - 8 - size, size));
        change(file);
        var output = new ByteBuffer();
        output.Bytes(bytes.AsSpan(0, bytes.Length - 8 - size));
        var footer = new ByteBuffer();
        MetadataWriter.File(file, footer);
        output.Bytes(footer.Written);
        output.Int32(footer.Length);
        output.Bytes("PAR1"u8);
        return output.Written.ToArray();
    }
}
