using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

/// <summary>
/// Damaged files: thousands of seeded mutations of files by this library and by others. Whatever the bytes, reading ends in a table or
/// in an <see cref="InputException"/>, and takes no more memory than the documented bound.
/// </summary>
[TestFixture]
public sealed class FuzzTests
{
    private const int MutationsAFile = 60;

    /// <summary>What any small file may take, and on top of it the buffers of one page and the messages.</summary>
    private const long AllocationBound = 192L << 20;

    internal static readonly ParquetCompression[] WrittenCodecs =
    [
        ParquetCompression.None,
        ParquetCompression.Snappy,
        ParquetCompression.Gzip,
        ParquetCompression.Brotli,
        ParquetCompression.Zstandard,
    ];

    private static IEnumerable<string> ParquetFiles() =>
        Directory.GetFiles(GoldenFiles.Folder, "*.parquet").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    private static IEnumerable<string> NpyFiles() =>
        Directory.GetFiles(GoldenFiles.Folder, "*.npy").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(ParquetFiles))]
    public void Damaged_files_of_other_tools_are_refused_or_read(string file) =>
        Check(File.ReadAllBytes(Path.Combine(GoldenFiles.Folder, file)), file, MutationsAFile);

    [Test]
    public void Damaged_files_of_our_own_are_refused_or_read(
        [ValueSource(nameof(WrittenCodecs))] ParquetCompression codec,
        [Values(1, 2)] int pageVersion,
        [Values(true, false)] bool dictionary
    )
    {
        if (!PageCodec.CanWrite(codec))
        {
            Assert.Ignore($"{codec} is not written here");
        }
        var options = new ParquetWriteOptions
        {
            Compression = codec,
            PageVersion = pageVersion,
            Dictionary = dictionary,
            RowGroupRows = 30,
            PageBytes = 100,
        };
        var bytes = ParquetRoundTripTests.WriteToArray(SampleTables.EveryType(40, 0.2, seed: 11), options);
        Check(bytes, $"{codec} {pageVersion} {dictionary}", 100);
    }

    [Test]
    public void Damaged_files_with_large_plain_pages_are_refused_or_read()
    {
        var bytes = ParquetRoundTripTests.WriteToArray(
            SampleTables.Large(seed: 2),
            new ParquetWriteOptions { Compression = ParquetCompression.None }
        );
        Check(bytes, "large pages", 40);
    }

    [TestCaseSource(nameof(NpyFiles))]
    public void Damaged_npy_files_are_refused_or_read(string file)
    {
        var whole = File.ReadAllBytes(Path.Combine(GoldenFiles.Folder, file));
        for (var seed = 0; seed < 300; seed++)
        {
            var bytes = Mutate(whole, new Random(seed));
            Bounded(file, seed, () => NpyFile.Read(ByteSource.Of(bytes)));
            Bounded(file, seed, () => NpyFile.ReadInt64(ByteSource.Of(bytes)));
        }
    }

    [Test]
    public void Damaged_compressed_blocks_are_refused_or_decoded([ValueSource(nameof(WrittenCodecs))] ParquetCompression codec)
    {
        if (!PageCodec.CanWrite(codec))
        {
            Assert.Ignore($"{codec} is not written here");
        }
        var random = new Random(3);
        var plain = new byte[3000];
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] = (byte)random.Next(i % 700 < 300 ? 3 : 256);
        }
        if (codec == ParquetCompression.None)
        {
            return;
        }
        var packed = new ByteBuffer();
        PageCodec.Compress(codec, plain, packed);
        var whole = packed.Written.ToArray();
        var decoded = new byte[plain.Length];
        PageCodec.Decompress(codec, whole, decoded);
        Assert.That(decoded, Is.EqualTo(plain));
        for (var seed = 0; seed < 1000; seed++)
        {
            var bytes = Mutate(whole, new Random(seed));
            try
            {
                PageCodec.Decompress(codec, bytes, decoded);
            }
            catch (CorruptDataException)
            {
                // Refused, as it should be.
            }
        }
    }

    private static void Check(byte[] whole, string name, int mutations)
    {
        var options = new ParquetReadOptions { Threads = 1 };
        var (readings, refusals) = (0, 0);
        for (var seed = 0; seed < mutations; seed++)
        {
            var bytes = Mutate(whole, new Random(seed));
            Bounded(
                name,
                seed,
                () =>
                {
                    using var reader = ParquetReader.Open(ByteSource.Of(bytes), options);
                    // Each column by itself, so that damage to one does not hide the others from the test.
                    foreach (var field in reader.Schema)
                    {
                        try
                        {
                            reader.Read([field.Name]);
                            readings++;
                        }
                        catch (InputException e)
                        {
                            refusals++;
                            AssertOneSentence(e);
                        }
                    }
                }
            );
        }
        Assert.That(readings, Is.GreaterThan(0), "some damage must get past the footer");
        Assert.That(refusals, Is.GreaterThan(0), "some damage must be found in the pages");
    }

    private static void Bounded(string name, int seed, Action read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read();
        }
        catch (InputException e)
        {
            AssertOneSentence(e);
        }
        catch (Exception e)
        {
            Assert.Fail($"{name}, seed {seed}: {e}");
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(AllocationBound), $"{name}, seed {seed}");
    }

    private static void AssertOneSentence(InputException e) => Assert.That(e.Message, Is.Not.Empty.And.Not.Contain("   at "));

    /// <summary>Cuts, flips bits, puts absurd numbers, repeats and removes stretches; the end, where the footer is, gets its share.</summary>
    internal static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = whole.ToArray();
        for (var times = random.Next(1, 4); times > 0 && bytes.Length > 16; times--)
        {
            var at =
                random.Next(2) == 0
                    ? random.Next(bytes.Length)
                    : Math.Max(0, bytes.Length - 1 - random.Next(Math.Min(bytes.Length, 2500)));
            switch (random.Next(8))
            {
                case 0:
                    bytes = bytes[..at];
                    break;
                case 1 or 2:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 4:
                    int[] absurd = [int.MaxValue, -1, int.MinValue, 0, 1 << 30, 0x0FFFFFFF, random.Next()];
                    BitConverter.TryWriteBytes(bytes.AsSpan(Math.Min(at, bytes.Length - 4)), absurd[random.Next(absurd.Length)]);
                    break;
                case 5:
                    // A variable-length number that goes on and on.
                    bytes.AsSpan(at, Math.Min(random.Next(1, 12), bytes.Length - at)).Fill((byte)(0x80 | random.Next(128)));
                    break;
                case 6:
                    var length = Math.Min(random.Next(1, 40), bytes.Length - at);
                    bytes = [.. bytes[..(at + length)], .. bytes[at..]];
                    break;
                default:
                    var removed = Math.Min(random.Next(1, 40), bytes.Length - at);
                    bytes = [.. bytes[..at], .. bytes[(at + removed)..]];
                    break;
            }
        }
        return bytes;
    }
}
