using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>How columns are laid out, seen from the values: each comes back with its bits and true bounds, whichever way was chosen.</summary>
[TestFixture]
public sealed class ColumnEncodingTests
{
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Whole_steps_are_told_from_all_else(long least, ulong step, ushort[] places, long other)
    {
        step = Math.Max(1, step % (1UL << 40));
        var values = places.Prepend((ushort)0).Select(place => unchecked((long)((ulong)least + place * step))).ToArray();
        if (values.Any(value => value < least) || !EvenSteps.TryFind(values, 1 << 16, out var steps, out var extremes))
        {
            return;
        }
        Assert.That(extremes, Is.EqualTo((values.Min(), values.Max())));
        Assert.That(values.Select(steps.PlaceOf), Is.All.LessThanOrEqualTo((ulong)steps.Last));
        Assert.That(values.Select(steps.PlaceOf).Distinct().Count(), Is.EqualTo(values.Distinct().Count()));
        // A value between the steps must not be taken for one of them.
        foreach (var near in new[] { other, values[^1] - 1, values[^1] + 1, unchecked((long)((ulong)least + step / 2)) })
        {
            var isOne = near >= least && near <= values.Max() && values.Any(value => value == near);
            Assert.That(values.Any(value => steps.PlaceOf(value) == steps.PlaceOf(near)), Is.EqualTo(isOne));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Sorted_runs_begin_where_a_search_says(byte[] lengths, bool wide)
    {
        var ints = lengths.SelectMany((length, value) => Enumerable.Repeat(value - 3, length % 13 + 1)).ToArray();
        var expected = Enumerable.Range(0, ints.Length).Where(i => i == 0 || ints[i] != ints[i - 1]).ToArray();
        var starts = new int[lengths.Length];
        if (wide)
        {
            SortedRuns.Starts<long>(Array.ConvertAll(ints, value => (long)value), starts);
        }
        else
        {
            SortedRuns.Starts<int>(ints, starts);
        }
        Assert.That(starts, Is.EqualTo(expected));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Any_stretch_of_runs_comes_back(ushort[] lengths, int from, int to)
    {
        int[] starts = [0, .. lengths.Select(length => length % 3 == 0 ? length / 3 % 300 + 1 : length % 9 + 1)];
        for (var run = 1; run < starts.Length; run++)
        {
            starts[run] += starts[run - 1];
        }
        var (count, all) = (lengths.Length, starts[^1]);
        var dictionary = new RunDictionary(starts, count, new ByteBuffer());
        var start = Math.Abs(from % (all + 1));
        var end = start + Math.Abs(to % (all - start + 1));
        var output = new ByteBuffer();
        dictionary.WriteIndices(start, end, output);
        var decoded = new int[end - start];
        new RunLengthDecoder(output.Written, dictionary.Width).Decode(decoded, Math.Max(0, count - 1));
        var expected = Enumerable.Range(start, end - start).Select(i => Array.FindLastIndex(starts, place => place <= i));
        Assert.That(decoded, Is.EqualTo(expected));
        // Only runs of 64 and more take more bytes than they are counted with.
        Assert.That(output.Length - dictionary.IndexSize(start, end), Is.InRange(0, (end - start) / 64));
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void Bounds_of_texts_are_those_of_their_bytes(FsCheck.NonNull<string>[] texts, byte prefix)
    {
        // Texts that begin alike for more or fewer bytes than are compared at once.
        var values = texts.Select(text => new string('x', prefix % 10) + text.Get).ToArray();
        if (values.Length == 0)
        {
            return;
        }
        var encoder = BytesGatherer.Text(values);
        var sorted = values
            .Select(Encoding.UTF8.GetBytes)
            .Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        var (least, greatest) = encoder.Range()!.Value;
        Assert.That(least, Is.EqualTo(sorted.First()));
        Assert.That(greatest, Is.EqualTo(sorted.Last()));
        encoder.Release();
    }

    [Test]
    public void Columns_of_every_shape_come_back_with_their_bounds(
        [Values(1, 2)] int pageVersion,
        [Values(ParquetCompression.None, ParquetCompression.Snappy)] ParquetCompression codec,
        [Values] bool missing
    )
    {
        const int Rows = 80_000;
        const long Day = 86_400_000;
        var random = new Random(9);
        var sorted = new int[Rows];
        var single = new int[Rows];
        for (var i = 1; i < Rows; i++)
        {
            sorted[i] = sorted[i - 1] + (random.Next(5) == 0 ? random.Next(1, 9) : 0);
            single[i] = single[i - 1] + random.Next(2);
        }
        var narrow = Array.ConvertAll(sorted, _ => random.Next(-500, 20_000));
        var spread = Array.ConvertAll(sorted, _ => random.Next(400_000));
        // The steps of the first ones do not suit all.
        var uneven = narrow.Select((value, row) => row < 1000 || row % 3 > 0 ? value * 1000 : value * 1000 + 7).ToArray();
        var extreme = Array.ConvertAll(
            sorted,
            _ =>
                random.Next(3) switch
                {
                    0 => int.MinValue,
                    1 => int.MaxValue,
                    _ => 5,
                }
        );
        var days = Array.ConvertAll(sorted, _ => random.NextInt64(-2000, 2000) * Day);
        var ratings = Array.ConvertAll(sorted, _ => random.Next(2, 11) / 2f);
        var odd = Array.ConvertAll(
            sorted,
            _ =>
                random.Next(4) switch
                {
                    0 => 0f,
                    1 => -0f,
                    2 => 1.25f,
                    _ => -3.7f,
                }
        );
        var broken = Array.ConvertAll(sorted, _ => random.Next(5) == 0 ? float.NaN : random.Next(7));
        var present = missing ? Array.ConvertAll(sorted, _ => random.Next(10) > 0) : null;
        var table = new Table([
            new Int32Column("sorted", sorted, present),
            new Int32Column("single", single, present),
            new Int32Column("narrow", narrow, present),
            new Int32Column("spread", spread, present),
            new Int32Column("uneven", uneven, present),
            new Int32Column("extreme", extreme, present),
            new Int64Column("days", days, present),
            new FloatColumn("ratings", ratings, present),
            new FloatColumn("odd", odd, present),
            new FloatColumn("broken", broken, present),
        ]);
        var options = new ParquetWriteOptions
        {
            PageVersion = pageVersion,
            Compression = codec,
            PageBytes = 30_000,
            RowGroupRows = 70_000,
        };
        using var reader = ParquetReader.Open(new MemoryStream(ParquetRoundTripTests.WriteToArray(table, options)));
        var read = reader.Read();
        Assert.Multiple(() =>
        {
            AssertBits(sorted, read.Get<Int32Column>("sorted").Values);
            AssertBits(single, read.Get<Int32Column>("single").Values);
            AssertBits(narrow, read.Get<Int32Column>("narrow").Values);
            AssertBits(spread, read.Get<Int32Column>("spread").Values);
            AssertBits(uneven, read.Get<Int32Column>("uneven").Values);
            AssertBits(extreme, read.Get<Int32Column>("extreme").Values);
            AssertBits(days, read.Get<Int64Column>("days").Values);
            AssertBits(ratings, read.Get<FloatColumn>("ratings").Values);
            AssertBits(odd, read.Get<FloatColumn>("odd").Values);
            AssertBits(broken, read.Get<FloatColumn>("broken").Values);
        });
        var bounds = reader.RowGroups[0].Columns.ToDictionary(chunk => chunk.Name, chunk => (chunk.Minimum, chunk.Maximum));
        var rows = Enumerable.Range(0, 70_000).Where(row => present?[row] ?? true).ToArray();
        Assert.That(bounds["sorted"], Is.EqualTo(((object)rows.Min(row => sorted[row]), (object)rows.Max(row => sorted[row]))));
        Assert.That(bounds["narrow"], Is.EqualTo(((object)rows.Min(row => narrow[row]), (object)rows.Max(row => narrow[row]))));
        Assert.That(bounds["spread"], Is.EqualTo(((object)rows.Min(row => spread[row]), (object)rows.Max(row => spread[row]))));
        Assert.That(bounds["uneven"], Is.EqualTo(((object)rows.Min(row => uneven[row]), (object)rows.Max(row => uneven[row]))));
        Assert.That(bounds["extreme"], Is.EqualTo(((object)int.MinValue, (object)int.MaxValue)));
        Assert.That(bounds["days"], Is.EqualTo(((object)rows.Min(row => days[row]), (object)rows.Max(row => days[row]))));
        Assert.That(bounds["ratings"], Is.EqualTo(((object)1f, (object)5f)));
        Assert.That(bounds["odd"], Is.EqualTo(((object)-3.7f, (object)1.25f)));
        Assert.That(bounds["broken"], Is.EqualTo(((object?)null, (object?)null)));

        void AssertBits<T>(T[] expected, T[] actual)
            where T : unmanaged
        {
            for (var row = 0; row < Rows; row++)
            {
                if ((present?[row] ?? true) && !BytesOf(expected, row).SequenceEqual(BytesOf(actual, row)))
                {
                    Assert.Fail($"row {row} is {actual[row]} where {expected[row]} was written");
                }
            }
        }
    }

    [Test]
    public void Sorted_values_that_come_a_few_at_a_time_take_a_run_each()
    {
        var values = Enumerable.Range(0, 120_000).Select(row => row / 6).ToArray();
        var options = new ParquetWriteOptions { Compression = ParquetCompression.None };
        var bytes = ParquetRoundTripTests.WriteToArray(new Table([new Int32Column("user", values)]), options);
        // Four bytes in the dictionary, a byte for the length and two for the index.
        Assert.That(bytes.Length, Is.LessThan(20_000 * 7 + 1000));
    }

    [Test]
    public void Rows_that_wait_may_be_with_and_without_missing_ones([Values(1, 2, 3)] int first)
    {
        var random = new Random(first);
        var values = Enumerable.Range(0, 100).Select(_ => random.Next(9)).ToArray();
        var present = values.Select((_, row) => row / 10 % 3 != first || row % 4 > 0).ToArray();
        using var stream = new MemoryStream();
        var whole = new Table([new Int32Column("x", values, present)]);
        using (
            var writer = new ParquetWriter(stream, ParquetWriter.SchemaOf(whole), new ParquetWriteOptions { RowGroupRows = 60 })
        )
        {
            for (var start = 0; start < 100; start += 10)
            {
                var part = present.AsSpan(start, 10).Contains(false) ? present.AsSpan(start, 10).ToArray() : null;
                writer.Append(new Table([new Int32Column("x", values.AsSpan(start, 10).ToArray(), part)]));
            }
            writer.Complete();
        }
        var expected = ParquetRoundTripTests.WriteToArray(whole, new ParquetWriteOptions { RowGroupRows = 60 });
        Assert.That(stream.ToArray(), Is.EqualTo(expected));
    }

    private static ReadOnlySpan<byte> BytesOf<T>(T[] values, int row)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan(row, 1));
}
