using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

[TestFixture]
public sealed class NumberEncodingTests
{
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Differences_of_any_integers_come_back(int[] seeds, byte repeat, bool extremes)
    {
        var ints = new List<int>();
        foreach (var seed in seeds)
        {
            for (var i = 0; i <= repeat % 50; i++)
            {
                ints.Add(extremes && i % 3 == 0 ? (i % 2 == 0 ? int.MinValue : int.MaxValue) : unchecked(seed + i));
            }
        }
        Assert.That(ThroughDeltas(ints.ToArray()), Is.EqualTo(ints));
        var longs = ints.Select(value => extremes && value > 0 ? long.MaxValue - value : value * 5_000_000_001L).ToArray();
        Assert.That(ThroughDeltas(longs), Is.EqualTo(longs));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Runs_written_at_once_are_those_written_one_by_one(byte[] lengths, byte width, int seed)
    {
        width = (byte)(width % 33);
        var random = new Random(seed);
        var largest = width == 32 ? int.MaxValue : (int)((1L << width) - 1);
        var values = new List<int>();
        foreach (var length in lengths)
        {
            var value = (int)random.NextInt64(0, largest + 1L);
            // Long stretches without a run cross the bound of a literal run.
            for (var i = 0; i < length * 3; i++)
            {
                values.Add(length % 2 == 0 && length < 40 ? value : (int)random.NextInt64(0, largest + 1L));
            }
        }
        var single = new ByteBuffer();
        var encoder = new RunLengthEncoder(single, width);
        foreach (var value in values)
        {
            encoder.Write(value);
        }
        encoder.Finish();
        var bulk = new ByteBuffer();
        RunLengthEncoder.Encode(values.ToArray(), width, bulk);
        Assert.That(bulk.Written.ToArray(), Is.EqualTo(single.Written.ToArray()));
        var decoded = new int[values.Count];
        new RunLengthDecoder(bulk.Written, width).Decode(decoded, largest);
        Assert.That(decoded, Is.EqualTo(values));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Wide_values_come_back_from_their_bits(ulong[] values, byte width)
    {
        width = (byte)(width % 65);
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        var padded = values.Select(value => value & mask).Concat(new ulong[(8 - values.Length % 8) % 8]).ToArray();
        var packed = new ByteBuffer();
        BitPacking.Pack(padded, width, packed);
        Assert.That(packed.Length, Is.EqualTo(padded.Length / 8 * width));
        var unpacked = new ulong[padded.Length];
        BitPacking.Unpack(packed.Written, width, unpacked);
        Assert.That(unpacked, Is.EqualTo(padded));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Values_of_32_bits_are_packed_as_those_of_64_are(uint[] values, byte width)
    {
        width = (byte)(width % 33);
        var mask = (uint)((1UL << width) - 1);
        var padded = values.Select(value => value & mask).Concat(new uint[(8 - values.Length % 8) % 8]).ToArray();
        var narrow = new ByteBuffer();
        BitPacking.Pack(Array.ConvertAll(padded, value => (int)value), width, narrow);
        var wide = new ByteBuffer();
        BitPacking.Pack(Array.ConvertAll(padded, value => (ulong)value), width, wide);
        Assert.That(narrow.Written.ToArray(), Is.EqualTo(wide.Written.ToArray()));
        var unpacked = new int[padded.Length];
        BitPacking.Unpack(narrow.Written, width, unpacked);
        Assert.That(unpacked.Select(value => (uint)value), Is.EqualTo(padded));
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Extremes_are_those_of_a_plain_search(int[] seeds, byte repeat)
    {
        var ints = seeds.SelectMany(seed => Enumerable.Range(0, repeat % 9 + 1).Select(i => unchecked(seed * (i + 1)))).ToArray();
        if (ints.Length == 0)
        {
            return;
        }
        Assert.That(Extremes.Find<int>(ints, out var least, out var greatest), Is.True);
        Assert.That((least, greatest), Is.EqualTo((ints.Min(), ints.Max())));
        var floats = ints.Select(value => value / 7f).ToArray();
        Assert.That(Extremes.Find<float>(floats, out var low, out var high), Is.True);
        Assert.That((low, high), Is.EqualTo((floats.Min(), floats.Max())));
        for (var place = 0; place < Math.Min(40, floats.Length); place++)
        {
            var broken = floats.ToArray();
            broken[place] = float.NaN;
            Assert.That(Extremes.Find<float>(broken, out _, out _), Is.False, $"NaN at {place} of {broken.Length}");
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Sorted_runs_are_counted_as_by_hand(byte[] steps, int swap)
    {
        var values = new long[steps.Length];
        for (var i = 1; i < values.Length; i++)
        {
            values[i] = values[i - 1] + steps[i] % 3;
        }
        Assert.That(SortedRuns.Count<long>(values, out var runs), Is.True);
        Assert.That(runs, Is.EqualTo(values.Distinct().Count()));
        if (values.Length > 1)
        {
            values[Math.Abs(swap % (values.Length - 1))] = long.MaxValue;
            Assert.That(SortedRuns.Count<long>(values, out _), Is.False);
        }
    }

    [Test]
    public void Sorted_columns_are_written_as_differences_unless_told_not_to(
        [Values(1, 2)] int pageVersion,
        [Values] bool missing
    )
    {
        var random = new Random(3);
        var ints = new int[50_000];
        var longs = new long[ints.Length];
        for (var i = 1; i < ints.Length; i++)
        {
            ints[i] = ints[i - 1] + random.Next(3);
            longs[i] = longs[i - 1] + random.NextInt64(100_000_000_000);
        }
        var present = missing ? ints.Select((_, row) => row % 5 != 0).ToArray() : null;
        var table = new Table([new Int32Column("i", ints, present), new Int64Column("l", longs, present)]);
        var sizes = new List<long>();
        foreach (var deltas in new[] { true, false })
        {
            var options = new ParquetWriteOptions
            {
                Deltas = deltas,
                PageVersion = pageVersion,
                PageBytes = 20_000,
                RowGroupRows = 30_000,
                Compression = ParquetCompression.None,
            };
            var bytes = ParquetRoundTripTests.WriteToArray(table, options);
            var read = ParquetFile.Read(new MemoryStream(bytes));
            var (readInts, readLongs) = (read.Get<Int32Column>("i").Values, read.Get<Int64Column>("l").Values);
            for (var row = 0; row < ints.Length; row++)
            {
                if (present?[row] ?? true)
                {
                    Assert.That((readInts[row], readLongs[row]), Is.EqualTo((ints[row], longs[row])), $"row {row}");
                }
            }
            sizes.Add(bytes.Length);
        }
        Assert.That(sizes[0], Is.LessThan(sizes[1] * 0.6));
    }

    private static T[] ThroughDeltas<T>(T[] values)
        where T : unmanaged
    {
        var buffer = new ByteBuffer();
        DeltaEncoder.Integers<T>(values, buffer);
        var reader = new ByteReader(buffer.Written);
        var decoded = new T[values.Length];
        DeltaDecoder.Integers(ref reader, decoded.AsSpan());
        Assert.That(reader.Remaining, Is.Zero);
        return decoded;
    }
}
