using CranePipeline.Ingest.Reading;
using CranePipeline.Tables;
using ICSharpCode.SharpZipLib.BZip2;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Reading;

[TestFixture]
public sealed class GzipStreamTests
{
    private static readonly byte[] Large = Bytes(300_000, 1);
    private static readonly byte[] Small = "hello\n"u8.ToArray();

    private static byte[] Bytes(int count, int seed)
    {
        Random random = new(seed);
        byte[] bytes = new byte[count];
        for (int index = 0; index < count; index++)
        {
            bytes[index] = (byte)('A' + random.Next(20));
        }

        return bytes;
    }

    private static byte[] Unpack(byte[] packed)
    {
        using GzipStream stream = new(new MemoryStream(packed), "file.gz");
        using MemoryStream contents = new();
        stream.CopyTo(contents);
        return contents.ToArray();
    }

    [Test]
    public void OneMemberComesOutWhole() => Assert.That(Unpack(TemporaryFolder.Gzip(Large)), Is.EqualTo(Large));

    [Test]
    public void ManyMembersOfAllSizesFollowOneAnother()
    {
        List<byte> packed = [];
        List<byte> contents = [];
        for (int member = 0; member < 60; member++)
        {
            // Sizes around the inflater's own buffer, and empty members, are where a boundary can be missed.
            byte[] part = Bytes(member % 7 == 0 ? 0 : member * member * 13, member);
            packed.AddRange(TemporaryFolder.Gzip(part));
            contents.AddRange(part);
        }

        Assert.That(Unpack([.. packed]), Is.EqualTo(contents.ToArray()));
    }

    [Test]
    public void EveryCutIsNoticedAndItsOffsetNamed()
    {
        byte[] packed = [.. TemporaryFolder.Gzip(Small), .. TemporaryFolder.Gzip(Large)];
        int boundary = TemporaryFolder.Gzip(Small).Length;
        int[] cuts =
        [
            .. Enumerable.Range(1, boundary - 1),
            .. Enumerable.Range(boundary + 1, 30),
            .. Enumerable.Range(packed.Length - 30, 30),
            packed.Length / 2,
        ];
        foreach (int cut in cuts)
        {
            Assert.That(
                () => Unpack(packed[..cut]),
                Throws.TypeOf<InputException>().With.Message.Contains("truncated").And.Message.Contains($"byte {cut} "),
                $"cut at {cut}"
            );
        }
    }

    [Test]
    public void AFlippedBitAnywhereIsNoticed()
    {
        byte[] packed = TemporaryFolder.Gzip(Large);
        for (int at = 10; at < packed.Length; at += packed.Length / 50)
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= 4;
            Assert.That(() => Unpack(damaged), Throws.TypeOf<InputException>(), $"bit flipped at {at}");
        }

        byte[] wrongSum = [.. packed];
        wrongSum[^6] ^= 1;
        Assert.That(() => Unpack(wrongSum), Throws.TypeOf<InputException>());
    }

    [Test]
    public void ZeroPaddingIsIgnoredAndOtherBytesAreNot()
    {
        byte[] packed = TemporaryFolder.Gzip(Small);
        Assert.That(Unpack([.. packed, .. new byte[2000]]), Is.EqualTo(Small));
        Assert.That(
            () => Unpack([.. packed, .. "something else"u8]),
            Throws.TypeOf<InputException>().With.Message.Contains($"byte {packed.Length}")
        );
    }

    [Test]
    public void HeadersWithNameCommentAndExtraFieldAreRead()
    {
        byte[] packed = TemporaryFolder.Gzip(Small);
        byte[] header = [.. packed[..3], 4 + 8 + 16 + 2, .. packed[4..10], 3, 0, 1, 2, 3, .. "name\0"u8, .. "comment\0"u8, 9, 9];
        Assert.That(Unpack([.. header, .. packed[10..]]), Is.EqualTo(Small));
    }

    [Test]
    public void Bzip2IsReadAndItsCutsAreNoticed()
    {
        using MemoryStream packed = new();
        BZip2.Compress(new MemoryStream(Large), packed, isStreamOwner: false, level: 1);
        byte[] bytes = packed.ToArray();
        using TemporaryFolder folder = new();
        folder
            .With("whole", bytes)
            .With("twice", [.. bytes, .. bytes])
            .With("cut", bytes[..(bytes.Length / 2)])
            .With("end", bytes[..^3]);
        Assert.That(Read(folder, "whole"), Is.EqualTo(Large));
        Assert.That(Read(folder, "twice"), Is.EqualTo(Large.Concat(Large).ToArray()));
        Assert.That(() => Read(folder, "cut"), Throws.TypeOf<InputException>().With.Message.Contains("cut"));
        Assert.That(() => Read(folder, "end"), Throws.TypeOf<InputException>().With.Message.Contains("end"));
    }

    private static byte[] Read(TemporaryFolder folder, string name)
    {
        using Stream stream = RawFile.Open(Path.Combine(folder.Root, name), name, out _);
        using MemoryStream contents = new();
        stream.CopyTo(contents);
        return contents.ToArray();
    }
}
