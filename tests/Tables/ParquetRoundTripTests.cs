using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

[TestFixture]
public sealed class ParquetRoundTripTests
{
    [Test]
    public void Every_type_comes_back_under_every_codec_page_version_and_group_size(
        [ValueSource(typeof(FuzzTests), nameof(FuzzTests.WrittenCodecs))] ParquetCompression codec,
        [Values(1, 2)] int pageVersion,
        [Values(true, false)] bool dictionary,
        [Values(1, 7, 1000)] int groupRows
    )
    {
        if (codec == ParquetCompression.Zstandard && !ZstandardLibrary.IsAvailable)
        {
            Assert.Ignore("libzstd is not on this machine");
        }
        var options = new ParquetWriteOptions
        {
            Compression = codec,
            PageVersion = pageVersion,
            Dictionary = dictionary,
            RowGroupRows = groupRows,
            PageBytes = 64,
        };
        foreach (var missing in new[] { 0.0, 0.3, 1.0 })
        {
            var table = SampleTables.EveryType(97, missing, seed: 5);
            var read = WriteAndRead(table, options, out var bytes);
            SampleTables.AssertSame(read, table);
            Assert.That(WriteToArray(table, options), Is.EqualTo(bytes), "the same table gives the same bytes");
        }
    }

    [Test]
    public void Large_plain_pages_come_back_whatever_the_page_version_and_threads(
        [Values(1, 2)] int pageVersion,
        [Values(1, 3)] int threads
    )
    {
        var table = SampleTables.Large(seed: 1);
        var options = new ParquetWriteOptions
        {
            Compression = ParquetCompression.None,
            Dictionary = false,
            PageVersion = pageVersion,
            PageBytes = 100_000,
            RowGroupRows = 17_000,
        };
        using var reader = ParquetReader.Open(
            new MemoryStream(WriteToArray(table, options)),
            new ParquetReadOptions { Threads = threads }
        );
        SampleTables.AssertSame(reader.Read(), table);
    }

    [Test]
    public void Streams_of_tables_make_full_row_groups()
    {
        var whole = SampleTables.EveryType(100, 0.2, seed: 3);
        using var stream = new MemoryStream();
        using (
            var writer = new ParquetWriter(stream, ParquetWriter.SchemaOf(whole), new ParquetWriteOptions { RowGroupRows = 30 })
        )
        {
            for (int start = 0, step = 1; start < 100; start += step++)
            {
                var count = Math.Min(step, 100 - start);
                writer.Append(new Table(whole.Columns.Select(column => column.Slice(start, count)).ToList()));
            }
            writer.SetMetadata("stage", "test");
            writer.Complete();
        }
        using var reader = ParquetReader.Open(stream);
        Assert.That(reader.RowGroups.Select(group => group.RowCount), Is.EqualTo(new[] { 30, 30, 30, 10 }));
        Assert.That(reader.Metadata["stage"], Is.EqualTo("test"));
        var read = reader.Read();
        for (var c = 0; c < whole.Columns.Count; c++)
        {
            SampleTables.AssertSame(read.Columns[c], whole.Columns[c]);
        }
        var parts = reader.ReadRowGroups().ToList();
        for (var c = 0; c < whole.Columns.Count; c++)
        {
            var joined = parts[0].Columns[c].Concatenate(parts.Skip(1).Select(part => part.Columns[c]).ToList());
            SampleTables.AssertSame(joined, whole.Columns[c]);
        }
    }

    [Test]
    public void A_table_in_pieces_that_are_used_again_makes_the_same_file_as_in_one([Values(0, 1, 30, 31, 100)] int rows)
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var (whole, pieces) = (Path.Combine(folder, "whole.parquet"), Path.Combine(folder, "pieces.parquet"));
        var options = new ParquetWriteOptions { RowGroupRows = 30 };
        var values = Enumerable.Range(0, rows).Select(row => row * 3 % 17).ToArray();
        ParquetFile.Write(whole, new Table([new Int32Column("x", values)]), options);
        Assert.That(ParquetFile.Write(pieces, Pieces(), options), Is.EqualTo(rows));
        Assert.That(File.ReadAllBytes(pieces), Is.EqualTo(File.ReadAllBytes(whole)));
        Assert.Throws<ArgumentException>(() => ParquetFile.Write(pieces, Array.Empty<Table>()));
        Directory.Delete(folder, recursive: true);

        IEnumerable<Table> Pieces()
        {
            int[] piece = new int[Math.Min(7, rows)];
            for (var start = 0; start < Math.Max(1, rows); start += 7)
            {
                piece = start + 7 > rows ? new int[rows - start] : piece;
                values.AsSpan(start, piece.Length).CopyTo(piece);
                yield return new Table([new Int32Column("x", piece)]);
                piece.AsSpan().Fill(-1);
            }
        }
    }

    [Test]
    public void Projection_reads_only_what_is_named()
    {
        var table = SampleTables.EveryType(20, 0, seed: 1);
        var read = ParquetFile.Read(new MemoryStream(WriteToArray(table)), ["text", "int32"]);
        Assert.That(read.Columns.Select(column => column.Name), Is.EqualTo(new[] { "int32", "text" }));
        var error = Assert.Throws<InputException>(() => ParquetFile.Read(new MemoryStream(WriteToArray(table)), ["txt"]));
        Assert.That(error!.Message, Does.Contain("'txt'").And.Contain("int32, "));
    }

    [Test]
    public void A_table_without_rows_or_columns_keeps_its_schema()
    {
        var table = SampleTables.EveryType(0, 0, seed: 1);
        SampleTables.AssertSame(ParquetFile.Read(new MemoryStream(WriteToArray(table))), table);
        Assert.That(ParquetFile.Read(new MemoryStream(WriteToArray(new Table([])))).Columns, Is.Empty);
    }

    [Test]
    public void A_wrong_type_is_told_with_the_file_the_column_and_what_is_there()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, "typed.parquet");
        ParquetFile.Write(path, new Table([new Int32Column("user", [1, 2])]));
        var table = ParquetFile.Read(path);
        Assert.That(table.Get<Int32Column>("user").Values, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(
            Assert.Throws<InputException>(() => table.Get<FloatColumn>("user"))!.Message,
            Does.Contain(path).And.Contain("'user'").And.Contain("Int32").And.Contain("Float")
        );
        Assert.That(Assert.Throws<InputException>(() => table.Get<FloatColumn>("usr"))!.Message, Does.Contain("user (Int32)"));
    }

    [Test]
    public void An_abandoned_file_leaves_nothing()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var path = Path.Combine(folder, "a.parquet");
        var table = new Table([new Int32Column("x", [1])]);
        using (var writer = new ParquetWriter(path, ParquetWriter.SchemaOf(table)))
        {
            writer.Append(table);
        }
        Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void Files_that_are_not_there_or_not_parquet_are_told_in_a_sentence()
    {
        Assert.That(
            Assert.Throws<InputException>(() => ParquetFile.Read("no/such.parquet"))!.Message,
            Does.Contain("no/such.parquet")
        );
        Assert.That(
            Assert
                .Throws<InputException>(() => ParquetFile.Read(new MemoryStream("not a parquet file at all"u8.ToArray())))!
                .Message,
            Does.Contain("Parquet")
        );
    }

    internal static byte[] WriteToArray(Table table, ParquetWriteOptions? options = null)
    {
        using var stream = new MemoryStream();
        ParquetFile.Write(stream, table, options);
        return stream.ToArray();
    }

    private static Table WriteAndRead(Table table, ParquetWriteOptions options, out byte[] bytes)
    {
        bytes = WriteToArray(table, options);
        return ParquetFile.Read(new MemoryStream(bytes));
    }
}
