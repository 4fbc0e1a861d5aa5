using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>
/// Files that other tools wrote of one table, whose every value is a formula of its row, so that what is expected comes from no
/// reader at all. Golden/README.md says what made each.
/// </summary>
[TestFixture]
public sealed class GoldenFileTests
{
    private const int RowCount = 100;

    private static readonly DateOnly FirstDay = new(2014, 1, 1);
    private static readonly DateTime FirstInstant = new(2014, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>What stands in a row of each column, as text; null where the value is missing.</summary>
    private static readonly Dictionary<string, Func<int, string?>> Expected = new()
    {
        ["flag"] = i => i % 3 == 0 ? "True" : "False",
        ["int32"] = i => $"{i * 7919 - 100000}",
        ["optint32"] = i => i % 5 == 0 ? null : $"{i % 10}",
        ["int64"] = i => $"{i * 1234567890123 - 10000000000000}",
        ["uint8"] = i => $"{i * 2 + 50}",
        ["uint32"] = i => $"{4294967295L - i}",
        ["uint64"] = i => $"{i * 1000000007L}",
        ["int8"] = i => $"{i - 50}",
        ["float16"] = i => $"{i * 0.25f - 10}",
        ["float32"] = i => $"{i * 0.25f - 10}",
        ["float64"] = i => $"{i * 0.1:R}",
        ["optfloat64"] = i => i % 6 == 1 ? null : $"{(double)(i % 4)}",
        ["text"] = i => $"item {i % 17}",
        ["opttext"] = i => i % 7 == 3 ? null : $"review number {i} é漢",
        ["uuid"] = i => $"00000000-0000-4000-8000-{i:x12}",
        ["bytes"] = i => $"{i:X2}FF00",
        ["date"] = i => $"{FirstDay.AddDays(i):O}",
        ["time"] = i => $"{FirstInstant.AddMilliseconds(i * 3600001L):yyyy-MM-ddTHH:mm:ss.ffffff}",
        ["timeutc"] = i => $"{FirstInstant.AddMilliseconds(i * 3600001L):yyyy-MM-ddTHH:mm:ss.ffffff}Z",
        ["timenano"] = i => $"{FirstInstant.AddMilliseconds(i * 3600001L):yyyy-MM-ddTHH:mm:ss.ffffff}",
        ["int96"] = i => $"{FirstInstant.AddMilliseconds(i * 3600001L):yyyy-MM-ddTHH:mm:ss.ffffff}Z",
        ["price"] = i => $"{(i * 101 - 5000) / 100m:0.00}",
        ["wideprice"] = i => $"{(i * 101 - 5000) / 100m:0.00}",
        ["bytesprice"] = i => $"{(i * 101 - 5000) / 100m:0.00}",
        ["floats"] = i => i % 11 == 0 ? null : $"[{string.Join(" ", Enumerable.Range(0, i % 5).Select(j => i + j * 0.5f))}]",
        ["ints"] = i => $"[{string.Join(" ", Enumerable.Range(0, i % 4).Select(j => i * j))}]",
        ["legacyints"] = i => $"[{string.Join(" ", Enumerable.Range(0, i % 4).Select(j => i * j))}]",
        ["repeatedints"] = i => $"[{string.Join(" ", Enumerable.Range(0, i % 4).Select(j => i * j))}]",
        ["longs"] = i => $"[{string.Join(" ", Enumerable.Range(0, i % 4).Select(j => i * j * 10000000000))}]",
        ["doubles"] = i => $"[{string.Join(" ", Enumerable.Range(0, i % 5).Select(j => i + j * 0.5))}]",
        ["texts"] = i => $"[{string.Join(" ", Enumerable.Range(0, i % 3).Select(j => $"tag {j}"))}]",
        ["holes"] = i => $"[{string.Join(" ", Enumerable.Range(0, i % 4).Select(j => j == 1 ? float.NaN : j))}]",
        ["place.city"] = i => i % 9 == 0 ? null : $"city {i % 4}",
        ["place.code"] = i => i % 9 == 0 ? null : $"{i}",
    };

    private static IEnumerable<string> Files() =>
        Directory.GetFiles(GoldenFiles.Folder, "*.parquet").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Files))]
    public void Every_value_is_read_as_the_other_tool_wrote_it(string file)
    {
        if (file.Contains("zstd", StringComparison.Ordinal) && !ZstandardLibrary.IsAvailable)
        {
            Assert.Ignore("libzstd is not on this machine");
        }
        using var reader = ParquetReader.Open(Path.Combine(GoldenFiles.Folder, file));
        var table = reader.Read();
        Assert.That(table.RowCount, Is.EqualTo(RowCount));
        Assert.That(table.Columns, Has.Count.GreaterThanOrEqualTo(8));
        foreach (var column in table.Columns)
        {
            Assert.That(Expected, Does.ContainKey(column.Name));
            for (var row = 0; row < RowCount; row++)
            {
                var actual = column.IsMissing(row) ? null : Text(column, row);
                Assert.That(actual, Is.EqualTo(Expected[column.Name](row)), $"{column.Name}, row {row}");
            }
        }
        // One row group or column at a time gives the same as all at once.
        var start = 0;
        foreach (var part in reader.ReadRowGroups([table.Columns[^1].Name]))
        {
            SampleTables.AssertSame(part.Columns[0], table.Columns[^1].Slice(start, part.RowCount));
            start += part.RowCount;
        }
        Assert.That(start, Is.EqualTo(RowCount));
    }

    [TestCaseSource(nameof(Files))]
    public void Statistics_of_other_tools_bound_the_values(string file)
    {
        using var reader = ParquetReader.Open(Path.Combine(GoldenFiles.Folder, file));
        var group = reader.RowGroups[0];
        Assert.That(group.Columns.Select(column => column.Name), Is.EqualTo(reader.Schema.Select(field => field.Name)));
        foreach (var column in group.Columns)
        {
            if (column.Name == "int32" && column.Minimum is not null)
            {
                Assert.That(column.Minimum, Is.EqualTo(-100000));
                Assert.That(column.Maximum, Is.EqualTo((group.RowCount - 1) * 7919 - 100000));
            }
            if (column.Name == "optint32" && column.MissingCount is not null)
            {
                Assert.That(column.MissingCount, Is.EqualTo((group.RowCount + 4) / 5));
            }
            if (column.Name == "date" && column.Minimum is not null)
            {
                Assert.That(column.Minimum, Is.EqualTo(FirstDay));
            }
        }
    }

    private static string Text(Column column, int row) =>
        column switch
        {
            BooleanColumn c => $"{c.Values[row]}",
            Int32Column c => $"{c.Values[row]}",
            Int64Column c => $"{c.Values[row]}",
            FloatColumn c => $"{c.Values[row]}",
            DoubleColumn c => $"{c.Values[row]:R}",
            StringColumn c => c.Values[row]!,
            BinaryColumn c => Convert.ToHexString(c.Values[row]!),
            DateColumn c => $"{c.Values[row]:O}",
            TimestampColumn c => $"{c.GetDateTime(row):yyyy-MM-ddTHH:mm:ss.ffffff}{(c.IsUtc ? "Z" : "")}",
            DecimalColumn c => $"{c.Values[row]:0.00}",
            FloatListColumn c => Join(c.Row(row)),
            DoubleListColumn c => Join(c.Row(row)),
            Int32ListColumn c => Join(c.Row(row)),
            Int64ListColumn c => Join(c.Row(row)),
            StringListColumn c => Join(c.Row(row)),
            _ => throw new ArgumentException(column.Type.ToString()),
        };

    private static string Join<T>(ReadOnlySpan<T> values) => $"[{string.Join(" ", values.ToArray())}]";
}
