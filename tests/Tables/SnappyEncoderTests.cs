using System.Runtime.InteropServices;
using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

[TestFixture]
public sealed class SnappyEncoderTests
{
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void Any_bytes_come_back(byte[] pattern, byte[] lengths, int seed)
    {
        // Patterns repeated at every distance and length, between bytes that repeat nothing.
        var random = new Random(seed);
        var bytes = new List<byte>();
        foreach (var length in lengths)
        {
            for (var i = 0; i < length % 97; i++)
            {
                bytes.Add(pattern.Length > 0 && length % 3 > 0 ? pattern[i % pattern.Length] : (byte)random.Next(256));
            }
        }
        AssertComesBack(bytes.ToArray());
    }

    [Test]
    public void Every_short_length_comes_back()
    {
        var random = new Random(1);
        for (var length = 0; length < 200; length++)
        {
            AssertComesBack(Enumerable.Range(0, length).Select(_ => (byte)random.Next(256)).ToArray());
            AssertComesBack(new byte[length]);
            AssertComesBack(Enumerable.Range(0, length).Select(i => (byte)(i % 7)).ToArray());
        }
    }

    [Test]
    public void Lengths_about_a_fragment_come_back([Values(65_535, 65_536, 65_537, 65_551, 65_552, 200_000)] int length)
    {
        var random = new Random(length);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        Assert.That(AssertComesBack(bytes), Is.LessThanOrEqualTo(SnappyEncoder.LargestSize(length)));
        // Few different bytes, so that copies of all lengths and far distances come about.
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(bytes[i] % 4);
        }
        AssertComesBack(bytes);
        var far = new byte[length];
        random.NextBytes(far.AsSpan(0, 3000));
        for (var i = 3000; i < length; i++)
        {
            far[i] = far[i - 3000 + i / 5000 % 2];
        }
        AssertComesBack(far);
    }

    [Test]
    public void What_it_writes_is_about_as_short_as_the_packages()
    {
        var random = new Random(2);
        var sorted = new int[100_000];
        for (var i = 1; i < sorted.Length; i++)
        {
            sorted[i] = sorted[i - 1] + random.Next(2);
        }
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"A{random.Next(100):X2}{i * 37:D9}"));
        foreach (
            var bytes in new[] { MemoryMarshal.AsBytes(sorted.AsSpan()).ToArray(), System.Text.Encoding.ASCII.GetBytes(text) }
        )
        {
            Assert.That(AssertComesBack(bytes), Is.LessThan(IronSnappy.Snappy.Encode(bytes).Length * 1.02));
        }
    }

    /// <summary>Through the project's decoder and through the package's; answers the length between.</summary>
    private static int AssertComesBack(byte[] bytes)
    {
        var output = new ByteBuffer();
        output.Byte(1);
        SnappyEncoder.Encode(bytes, output);
        var encoded = output.Written[1..].ToArray();
        output.Release();
        var decoded = new byte[bytes.Length];
        SnappyDecoder.Decode(encoded, decoded);
        Assert.That(decoded.AsSpan().SequenceEqual(bytes), Is.True, $"{bytes.Length} bytes");
        if (bytes.Length > 0)
        {
            Assert.That(IronSnappy.Snappy.Decode(encoded).AsSpan().SequenceEqual(bytes), Is.True, $"{bytes.Length} bytes");
        }
        return encoded.Length;
    }
}
