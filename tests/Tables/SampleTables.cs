using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>Tables of every type, and their comparison.</summary>
internal static class SampleTables
{
    /// <summary>A column of every type that can be written; a share of the rows is missing.</summary>
    public static Table EveryType(int rows, double missing, int seed)
    {
        var random = new Random(seed);
        bool[]? Present()
        {
            var flags = new bool[rows];
            for (var i = 0; i < rows; i++)
            {
                flags[i] = random.NextDouble() >= missing;
            }
            return Array.IndexOf(flags, false) < 0 ? null : flags;
        }
        T[] Make<T>(Func<T> next)
        {
            var values = new T[rows];
            for (var i = 0; i < rows; i++)
            {
                values[i] = next();
            }
            return values;
        }
        string Word() => new([.. Enumerable.Range(0, random.Next(6)).Select(_ => "abcé漢𝄞"[random.Next(5)])]);
        (int[] Offsets, bool[]? Present) Lists()
        {
            var flags = Present();
            var offsets = new int[rows + 1];
            for (var i = 0; i < rows; i++)
            {
                offsets[i + 1] = offsets[i] + (flags is null || flags[i] ? random.Next(5) * random.Next(5) : 0);
            }
            return (offsets, flags);
        }
        T[] Elements<T>(int[] offsets, Func<T> next) => [.. Enumerable.Range(0, offsets[^1]).Select(_ => next())];
        var (ints, longs, floats, doubles, texts) = (Lists(), Lists(), Lists(), Lists(), Lists());
        return new Table(
            [
                new BooleanColumn("bool", Make(() => random.Next(2) == 1), Present()),
                new Int32Column(
                    "int32",
                    Make(() => random.Next(2) == 0 ? random.Next(5) : random.Next(int.MinValue, int.MaxValue)),
                    Present()
                ),
                new Int64Column("int64", Make(() => random.NextInt64(long.MinValue, long.MaxValue)), Present()),
                new Int64Column("int64few", Make(() => (long)random.Next(3)), Present()),
                new FloatColumn("float", Make(() => random.Next(9) == 0 ? float.NaN : random.NextSingle() - 0.5f), Present()),
                new FloatColumn("rating", Make(() => (float)random.Next(1, 6)), Present()),
                new DoubleColumn("double", Make(() => random.Next(5) == 0 ? -0.0 : random.NextDouble()), Present()),
                new StringColumn("text", Make(() => random.NextDouble() < missing ? null : Word())),
                new StringColumn("longtext", Make(() => random.NextDouble() < missing ? null : Word() + random.Next())),
                new BinaryColumn(
                    "bytes",
                    Make(() =>
                        random.NextDouble() < missing
                            ? null
                            : Enumerable.Range(0, random.Next(4)).Select(i => (byte)random.Next(256)).ToArray()
                    )
                ),
                new DateColumn(
                    "date",
                    Make(() => DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1))),
                    Present()
                ),
                new TimestampColumn("time", Make(() => random.NextInt64()), TimestampUnit.Milliseconds, true, Present()),
                new TimestampColumn("localtime", Make(() => -random.NextInt64()), TimestampUnit.Nanoseconds, false, Present()),
                new DecimalColumn("price", Make(() => random.Next(-100000, 100000) / 100m), 9, 2, Present()),
                new DecimalColumn(
                    "balance",
                    Make(() => random.NextInt64(-1000000000000, 1000000000000) / 10000m),
                    18,
                    4,
                    Present()
                ),
                new DecimalColumn(
                    "wide",
                    Make(() => random.NextInt64() * 1000000m / 7m * (random.Next(2) * 2 - 1))
                        .Select(v => decimal.Round(v, 3))
                        .ToArray(),
                    38,
                    3,
                    Present()
                ),
                new Int32ListColumn("ints", Elements(ints.Offsets, () => random.Next(10)), ints.Offsets, ints.Present),
                new Int64ListColumn("longs", Elements(longs.Offsets, () => random.NextInt64()), longs.Offsets, longs.Present),
                new FloatListColumn("floats", Elements(floats.Offsets, random.NextSingle), floats.Offsets, floats.Present),
                new DoubleListColumn("doubles", Elements(doubles.Offsets, random.NextDouble), doubles.Offsets, doubles.Present),
                new StringListColumn(
                    "texts",
                    Elements(texts.Offsets, () => random.Next(4) == 0 ? null : Word()),
                    texts.Offsets,
                    texts.Present
                ),
            ],
            new Dictionary<string, string> { ["purpose"] = "test", ["leer"] = "" }
        );
    }

    /// <summary>Columns whose plain pages are large enough to be read straight into their place.</summary>
    public static Table Large(int seed)
    {
        const int Rows = 30_000;
        var random = new Random(seed);
        var flags = new bool[Rows];
        var offsets = new int[Rows + 1];
        for (var i = 0; i < Rows; i++)
        {
            flags[i] = random.Next(3) > 0;
            offsets[i + 1] = offsets[i] + (flags[i] ? random.Next(4) : 0);
        }
        var elements = new float[offsets[^1]];
        var matrix = new float[Rows * 8];
        elements.AsSpan().Fill(0.5f);
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(matrix.AsSpan()));
        return new Table([
            new DoubleColumn("double", [.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble())]),
            new Int64Column("optional", [.. Enumerable.Range(0, Rows).Select(_ => random.NextInt64())], flags),
            FloatListColumn.FixedWidth("matrix", matrix, 8),
            new FloatListColumn("lists", elements, offsets, flags),
        ]);
    }

    public static void AssertSame(Table actual, Table expected)
    {
        Assert.That(actual.RowCount, Is.EqualTo(expected.RowCount));
        Assert.That(actual.Columns, Has.Count.EqualTo(expected.Columns.Count));
        Assert.That(actual.Metadata, Is.EquivalentTo(expected.Metadata));
        for (var c = 0; c < expected.Columns.Count; c++)
        {
            AssertSame(actual.Columns[c], expected.Columns[c]);
        }
    }

    public static void AssertSame(Column actual, Column expected)
    {
        Assert.That(actual.GetType(), Is.EqualTo(expected.GetType()));
        Assert.That(actual.Name, Is.EqualTo(expected.Name));
        var (actualRows, expectedRows) = (Rows(actual), Rows(expected));
        // NUnit's own comparison tells more but takes seconds on long lists.
        if (!actualRows.SequenceEqual(expectedRows))
        {
            Assert.That(actualRows, Is.EqualTo(expectedRows), expected.Name);
        }
        if (expected is TimestampColumn time)
        {
            Assert.That((((TimestampColumn)actual).Unit, ((TimestampColumn)actual).IsUtc), Is.EqualTo((time.Unit, time.IsUtc)));
        }
        if (expected is DecimalColumn number)
        {
            Assert.That(
                (((DecimalColumn)actual).Precision, ((DecimalColumn)actual).Scale),
                Is.EqualTo((number.Precision, number.Scale))
            );
        }
    }

    /// <summary>A text a row, exact to the bit.</summary>
    public static List<string> Rows(Column column)
    {
        var rows = new List<string>();
        for (var row = 0; row < column.RowCount; row++)
        {
            rows.Add(column.IsMissing(row) ? "missing" : Text(column, row));
        }
        return rows;
    }

    private static string Text(Column column, int row) =>
        column switch
        {
            BooleanColumn c => $"{c.Values[row]}",
            Int32Column c => $"{c.Values[row]}",
            Int64Column c => $"{c.Values[row]}",
            TimestampColumn c => $"{c.Values[row]}",
            FloatColumn c => Bits(c.Values[row]),
            DoubleColumn c => $"{BitConverter.DoubleToInt64Bits(c.Values[row]):x}",
            StringColumn c => $"'{c.Values[row]}'",
            BinaryColumn c => Convert.ToHexString(c.Values[row]!),
            DateColumn c => $"{c.Values[row]:O}",
            DecimalColumn c => $"{c.Values[row] + 0.0000000000m:0.##########}",
            Int32ListColumn c => Joined(c.Row(row), v => $"{v}"),
            Int64ListColumn c => Joined(c.Row(row), v => $"{v}"),
            FloatListColumn c => Joined(c.Row(row), Bits),
            DoubleListColumn c => Joined(c.Row(row), v => $"{BitConverter.DoubleToInt64Bits(v):x}"),
            StringListColumn c => Joined(c.Row(row), v => v is null ? "null" : $"'{v}'"),
            _ => throw new ArgumentException(column.GetType().Name),
        };

    private static string Bits(float value) => $"{BitConverter.SingleToInt32Bits(value):x}";

    private static string Joined<T>(ReadOnlySpan<T> values, Func<T, string> text)
    {
        var parts = new List<string>();
        foreach (var value in values)
        {
            parts.Add(text(value));
        }
        return $"[{string.Join(", ", parts)}]";
    }
}
