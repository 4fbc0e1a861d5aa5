using System.Buffers.Binary;
using System.Globalization;
using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

[TestFixture]
public sealed class EncodingTests
{
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Runs_and_bits_come_back(byte[] lengths, byte width, int seed)
    {
        width = (byte)(width % 33);
        var random = new Random(seed);
        var largest = width == 32 ? int.MaxValue : (int)((1L << width) - 1);
        var values = new List<int>();
        foreach (var length in lengths)
        {
            var value = (int)random.NextInt64(0, largest + 1L);
            for (var i = 0; i < length % 40; i++)
            {
                values.Add(length % 2 == 0 ? value : (int)random.NextInt64(0, largest + 1L));
            }
        }
        var buffer = new ByteBuffer();
        var encoder = new RunLengthEncoder(buffer, width);
        foreach (var value in values)
        {
            encoder.Write(value);
        }
        encoder.Finish();
        var decoded = new int[values.Count];
        new RunLengthDecoder(buffer.Written, width).Decode(decoded, largest);
        Assert.That(decoded, Is.EqualTo(values));
    }

    [Test]
    public void Runs_decode_as_the_specification_writes_them_out()
    {
        // Parquet format, "Run Length Encoding / Bit-Packing Hybrid": 0 to 7 in three bits are 0x88 0xC6 0xFA.
        var decoded = new int[8];
        new RunLengthDecoder([0x03, 0x88, 0xC6, 0xFA], 3).Decode(decoded, 7);
        Assert.That(decoded, Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5, 6, 7 }));
        new RunLengthDecoder([0x10, 0x05], 3).Decode(decoded, 7);
        Assert.That(decoded, Is.All.EqualTo(5));
        Assert.Throws<CorruptDataException>(() => new RunLengthDecoder([0x10, 0x05], 3).Decode(new int[8], 4));
        Assert.Throws<CorruptDataException>(() => new RunLengthDecoder([0x10, 0x05], 3).Decode(new int[9], 7));
    }

    [Test]
    public void Deltas_decode_as_the_specification_writes_them_out()
    {
        // Parquet format, DELTA_BINARY_PACKED, second example: 7, 5, 3, 1, 2, 3, 4, 5 in a block of 128 values and 4 parts.
        byte[] bytes = [0x80, 0x01, 0x04, 0x08, 0x0E, 0x03, 0x02, 0x00, 0x00, 0x00, 0xC0, 0x3F, 0, 0, 0, 0, 0, 0];
        var reader = new ByteReader(bytes);
        var values = new int[8];
        DeltaDecoder.Integers(ref reader, values.AsSpan());
        Assert.That(values, Is.EqualTo(new[] { 7, 5, 3, 1, 2, 3, 4, 5 }));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void Split_streams_decode_as_the_specification_writes_them_out()
    {
        // Parquet format, BYTE_STREAM_SPLIT's example: three values of four bytes.
        var values = new byte[12];
        ByteStreamSplit.Decode([0xAA, 0x00, 0xA3, 0xBB, 0x11, 0xB4, 0xCC, 0x22, 0xC5, 0xDD, 0x33, 0xD6], 4, values);
        Assert.That(values, Is.EqualTo(new byte[] { 0xAA, 0xBB, 0xCC, 0xDD, 0x00, 0x11, 0x22, 0x33, 0xA3, 0xB4, 0xC5, 0xD6 }));
    }

    [FsCheck.NUnit.Property(MaxTest = 200)]
    public void Snappy_of_the_package_is_decoded(byte[] seedBytes, int repeat)
    {
        var plain = new List<byte>();
        for (var i = 0; i < Math.Abs(repeat % 200) + 1; i++)
        {
            plain.AddRange(seedBytes);
            plain.Add((byte)i);
        }
        var decoded = new byte[plain.Count];
        SnappyDecoder.Decode(IronSnappy.Snappy.Encode(plain.ToArray()), decoded);
        Assert.That(decoded, Is.EqualTo(plain));
    }

    [Test]
    public void Lz4_blocks_with_overlapping_matches_are_decoded()
    {
        // LZ4 block format by hand: "ab", a match of 4 + 15 + 3 at distance 2, then the closing literals "xyzzy".
        byte[] block = [0x2F, (byte)'a', (byte)'b', 2, 0, 3, 0x50, (byte)'x', (byte)'y', (byte)'z', (byte)'z', (byte)'y'];
        var decoded = new byte[2 + 22 + 5];
        Lz4Decoder.Decode(block, decoded);
        Assert.That(
            System.Text.Encoding.ASCII.GetString(decoded),
            Is.EqualTo(string.Concat(Enumerable.Repeat("ab", 12)) + "xyzzy")
        );
    }

    [Test]
    public void Twelve_byte_timestamps_of_old_writers_are_read()
    {
        // Julian day 2,457,024 is 2015-01-01; the rest is nanoseconds of the day.
        var bytes = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, 3_600_000_000_000 + 5_000);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 2_457_024);
        var values = new long[1];
        ValueDecoders.Int64(new SchemaElement { Type = PhysicalType.Int96 }).Decode(PageEncoding.Plain, bytes, values);
        Assert.That(
            new TimestampColumn("t", values).GetDateTime(0).ToString("O", CultureInfo.InvariantCulture),
            Is.EqualTo("2015-01-01T01:00:00.0000050Z")
        );
    }

    [Test]
    public void Decimals_survive_their_bytes()
    {
        decimal[] numbers = [0m, -0.01m, 1.10m, decimal.MaxValue, decimal.MinValue, -79228162514264337593543950.335m];
        foreach (var number in numbers)
        {
            var scale = (int)((decimal.GetBits(number)[3] >> 16) & 0xFF);
            Assert.That(
                ValueDecoders.FromBytes(ValueDecoders.Unscaled(number, scale).ToByteArray(isBigEndian: true), scale),
                Is.EqualTo(number)
            );
        }
        Assert.Throws<CorruptDataException>(() => ValueDecoders.FromBytes([0x7F, .. new byte[12]], 0));
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public void Any_strings_come_back(FsCheck.NonNull<string>[] texts, bool version2)
    {
        // Strings that are no text (halves of surrogate pairs) cannot be written as UTF-8.
        var values = texts
            .Select(text => (string?)string.Concat(text.Get.Where(c => !char.IsSurrogate(c))))
            .Append(null)
            .ToArray();
        var table = new Table([new StringColumn("s", values)]);
        var bytes = ParquetRoundTripTests.WriteToArray(
            table,
            new ParquetWriteOptions { PageVersion = version2 ? 2 : 1, PageBytes = 50 }
        );
        Assert.That(ParquetFile.Read(new MemoryStream(bytes)).Get<StringColumn>("s").Values, Is.EqualTo(values));
    }
}
