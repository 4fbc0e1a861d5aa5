using Apache.Arrow;
using Apache.Arrow.Ipc;
using DuckDB.NET.Data;
using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>Exports, read back by the programs they are for.</summary>
[TestFixture]
public sealed class ExportTests
{
    private ScratchFolder folder = null!;

    [SetUp]
    public void Make() => folder = new ScratchFolder();

    [TearDown]
    public void Clean() => folder.Dispose();

    [TestCase(0)]
    [TestCase(5_000)]
    public void Feather_is_read_by_Arrow(int rows)
    {
        string path = folder.File("table.feather");
        ExportTable table = EveryColumn(rows);
        ExportFile.Write(path, ExportFormat.Feather, table);

        using var reader = new ArrowFileReader(File.OpenRead(path));
        int at = 0;
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            using (batch)
            {
                var ids = (StringArray)batch.Column("id");
                var titles = (StringArray)batch.Column("title");
                var counts = (Int32Array)batch.Column("count");
                var times = (Int64Array)batch.Column("time");
                var ratings = (FloatArray)batch.Column("rating");
                var flags = (BooleanArray)batch.Column("flag");
                var vectors = (ListArray)batch.Column("vector");
                for (int row = 0; row < batch.Length; row++, at++)
                {
                    Assert.That(ids.GetString(row), Is.EqualTo(Id(at)));
                    Assert.That(titles.GetString(row), Is.EqualTo(Title(at)));
                    Assert.That(counts.GetValue(row), Is.EqualTo(at * 3));
                    Assert.That(times.GetValue(row), Is.EqualTo(at % 4 == 0 ? (long?)null : at * 10_000_000_000L));
                    Assert.That(ratings.GetValue(row), Is.EqualTo(at % 3 == 0 ? (float?)null : at / 2f));
                    Assert.That(flags.GetValue(row), Is.EqualTo(at % 2 == 0));
                    Assert.That(
                        ((FloatArray)vectors.GetSlicedValues(row)).Values.ToArray(),
                        Is.EqualTo(new[] { at, at + 0.5f, -at })
                    );
                }
            }
        }

        Assert.That(at, Is.EqualTo(rows));
        using ForeignTable own = ForeignTable.Open(path);
        Assert.That(
            own.Columns.Select(column => column.Type),
            Is.EqualTo(new[] { "utf8", "utf8", "int32", "int64", "float", "bool", "list of float" })
        );
    }

    [Test]
    public void Parquet_and_csv_are_read_by_DuckDb_with_the_same_values()
    {
        string parquet = folder.File("table.parquet");
        string csv = folder.File("table.csv");
        ExportFile.Write(parquet, ExportFormat.Parquet, EveryColumn(5_000));
        ExportFile.Write(csv, ExportFormat.Csv, EveryColumn(5_000));
        using var duckdb = new DuckDBConnection("DataSource=:memory:");
        duckdb.Open();
        long Count(string query)
        {
            using System.Data.Common.DbCommand command = duckdb.CreateCommand();
            command.CommandText = query;
            return long.Parse($"{command.ExecuteScalar()}", System.Globalization.CultureInfo.InvariantCulture);
        }

        string common = "id, count, time, rating, flag";
        string fromCsv =
            $"SELECT {common}, coalesce(title, '') AS title, vector_0, vector_2 FROM read_csv('{csv}', header = true, all_varchar = false)";
        string fromParquet =
            $"SELECT {common}, coalesce(title, '') AS title, vector[1] AS vector_0, vector[3] AS vector_2 FROM read_parquet('{parquet}')";
        Assert.That(Count($"SELECT count(*) FROM read_parquet('{parquet}')"), Is.EqualTo(5_000));
        Assert.That(Count($"SELECT count(*) FROM ({fromCsv} INTERSECT {fromParquet})"), Is.EqualTo(5_000));
        Assert.That(Count($"SELECT sum(count) FROM read_parquet('{parquet}')"), Is.EqualTo(4_999L * 5_000 / 2 * 3));
    }

    [Test]
    public void What_a_spreadsheet_would_run_is_neutralised_unless_asked_not_to()
    {
        string[] ids = ["=1+1", "+1", "-1+cmd", "@x", "\tx", "plain", "a=b", "=\"a\",b"];
        var table = new ExportTable(
            ids.Length,
            [new TextColumn("id", row => ids[row]), new ValueColumn<int>("n", [-1, 1, 1, 1, 1, 1, 1, 1])]
        );
        string path = folder.File("table.csv");

        Assert.That(ExportFile.Write(path, ExportFormat.Csv, table), Is.EqualTo(5));
        Assert.That(
            File.ReadAllText(path),
            Is.EqualTo("id,n\n'=1+1,-1\n+1,1\n'-1+cmd,1\n'@x,1\n'\tx,1\nplain,1\na=b,1\n\"'=\"\"a\"\",b\",1\n")
        );

        Assert.That(ExportFile.Write(path, ExportFormat.Csv, table, neutralizeFormulas: false), Is.Zero);
        Assert.That(File.ReadAllText(path), Does.StartWith("id,n\n=1+1,-1\n"));
    }

    [Test]
    public void A_cancelled_export_leaves_what_was_there([Values] ExportFormat format)
    {
        string path = folder.File("table");
        File.WriteAllText(path, "mine");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(
            () => ExportFile.Write(path, format, EveryColumn(10), cancellation: cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(File.ReadAllText(path), Is.EqualTo("mine"));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(1));
    }

    internal static ExportTable EveryColumn(int rows)
    {
        T[] Make<T>(Func<int, T> of) => [.. Enumerable.Range(0, rows).Select(of)];
        return new ExportTable(
            rows,
            [
                new TextColumn("id", Id),
                new TextColumn("title", Title, IsOptional: true),
                new ValueColumn<int>("count", Make(row => row * 3)),
                new ValueColumn<long>(
                    "time",
                    new OptionalColumn<long>(Make(row => row * 10_000_000_000L), Make(row => row % 4 != 0))
                ),
                new ValueColumn<float>("rating", new OptionalColumn<float>(Make(row => row / 2f), Make(row => row % 3 != 0))),
                new ValueColumn<bool>("flag", Make(row => row % 2 == 0)),
                new VectorColumn("vector", [.. Enumerable.Range(0, rows).SelectMany(row => new[] { row, row + 0.5f, -row })], 3),
            ]
        );
    }

    private static string Id(int row) => $"id {row} é漢";

    private static string? Title(int row) => row % 5 == 0 ? null : $"a \"title\", {row}";
}
