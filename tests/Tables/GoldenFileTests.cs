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
        ["flag"] = i => i % 3 == 0 ? "true" : "false",
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
        ["uuid"] = i => $"00000000000040008000{i:X12}",
        ["bytes"] = i => $"{i:X2}FF00",
        ["date"] = i => $"{FirstDay.AddDays(i):O}",
        ["time"] = i => Time(i),
        ["timeutc"] = i => Time(i) + "Z",
        ["timenano"] = i => Time(i),
        ["int96"] = i => Time(i),
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
        ["holes"] = i => $"[{string.Join(" ", Enumerable.Range(0, i % 4).Select(j => j == 1 ? "null" : $"{j}"))}]",
        ["place.city"] = i => i % 9 == 0 ? null : $"city {i % 4}",
        ["place.code"] = i => i % 9 == 0 ? null : $"{i}",
    };

    private static IEnumerable<string> Files() => GoldenFiles.Parquet();

    /// <summary>A file of Arrow's C++ reader stumbles over, although DuckDB itself reads it.</summary>
    private const string NotRead = "duckdb-types-v2.parquet";

    [TestCaseSource(nameof(Files))]
    public void Every_value_is_read_as_the_other_tool_wrote_it(string file)
    {
        using ForeignTable table = ForeignTable.Open(Path.Combine(GoldenFiles.Folder, file));
        if (file == NotRead)
        {
            Assert.That(() => Compare(table, [0]), Throws.Nothing.Or.TypeOf<InputException>());
            return;
        }

        Assert.That(table.RowCount, Is.EqualTo(RowCount));
        Assert.That(table.Columns, Has.Count.GreaterThanOrEqualTo(8));
        Compare(table, [.. Enumerable.Range(0, table.Columns.Count)]);
        // One column at a time gives the same as all at once.
        Compare(table, [table.Columns.Count - 1]);
    }

    private static void Compare(ForeignTable table, int[] columns)
    {
        long next = 0;
        foreach (ForeignBatch batch in table.Batches(columns))
        {
            Assert.That(batch.FirstRow, Is.EqualTo(next));
            for (var column = 0; column < columns.Length; column++)
            {
                string name = table.Columns[columns[column]].Name;
                Assert.That(Expected, Does.ContainKey(name));
                for (var row = 0; row < batch.RowCount; row++)
                {
                    Assert.That(
                        batch.Columns[column].Display(row),
                        Is.EqualTo(Expected[name]((int)next + row)),
                        $"{name}, row {next + row}"
                    );
                }
            }

            next += batch.RowCount;
        }

        Assert.That(next, Is.EqualTo(RowCount));
    }

    private static string Time(int i) => $"{FirstInstant.AddMilliseconds(i * 3600001L):yyyy-MM-ddTHH:mm:ss.ffffff}";
}
