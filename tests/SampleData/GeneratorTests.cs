using System.IO.Compression;
using System.Security.Cryptography;
using CranePipeline.SampleData;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.SampleData.Tests;

[TestFixture]
public sealed class GeneratorTests
{
    private static readonly GenerateOptions Small = new()
    {
        Users = 60,
        Items = 40,
        Interactions = 500,
        Topics = 8,
        ImageWidth = 16,
        DuplicateReviews = 3,
        MalformedLines = 1,
    };

    [TestCase(GenerateKind.Sample)]
    [TestCase(GenerateKind.Shape)]
    [TestCase(GenerateKind.Ratings)]
    public void TheSameOptionsGiveTheSameBytesOnAnyNumberOfThreads(GenerateKind kind)
    {
        using var one = new ScratchFolder();
        using var many = new ScratchFolder();
        GenerateOptions options = Small with { Kind = kind, Interactions = kind == GenerateKind.Ratings ? 150_000 : 500 };
        GeneratedData first = Generator.Run(options, one.Path);
        GeneratedData second = Generator.Run(options, many.Path, threads: 3);
        Assert.That(first.Files, Is.Not.Empty);
        foreach ((GeneratedFile a, GeneratedFile b) in first.Files.Zip(second.Files))
        {
            Assert.That(File.ReadAllBytes(b.Path), Is.EqualTo(File.ReadAllBytes(a.Path)), a.Path);
            Assert.That(a.Bytes, Is.EqualTo(new FileInfo(a.Path).Length));
        }
    }

    [Test]
    public void AnotherSeedGivesOtherBytes()
    {
        using var one = new ScratchFolder();
        using var other = new ScratchFolder();
        GeneratedData first = Generator.Run(Small, one.Path);
        GeneratedData second = Generator.Run(Small with { Seed = 2 }, other.Path);
        foreach ((GeneratedFile a, GeneratedFile b) in first.Files.Zip(second.Files))
        {
            Assert.That(File.ReadAllBytes(b.Path), Is.Not.EqualTo(File.ReadAllBytes(a.Path)), a.Path);
        }
    }

    [Test]
    public void AGzipArchiveHoldsNoTimeAndNoName()
    {
        using var folder = new ScratchFolder();
        string path = Generator.Run(Small, folder.Path).Files[0].Path;
        Assert.That(File.ReadAllBytes(path)[..10], Is.EqualTo(new byte[] { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF }));
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        Assert.That(new StreamReader(gzip).ReadToEnd(), Does.StartWith("{\"reviewerID\": \"A"));
    }

    [Test]
    public void ASecondRunFindsTheFilesAndWritesNothing()
    {
        using var folder = new ScratchFolder();
        GeneratedData first = Generator.Run(Small, folder.Path);
        DateTime written = File.GetLastWriteTimeUtc(first.Files[0].Path);
        GeneratedData second = Generator.Run(Small, folder.Path);
        Assert.That(first.Fresh, Is.False);
        Assert.That(second.Fresh, Is.True);
        Assert.That(second.Files, Is.EqualTo(first.Files));
        Assert.That(File.GetLastWriteTimeUtc(first.Files[0].Path), Is.EqualTo(written));
    }

    [Test]
    public void OtherOptionsACutFileOrAMissingStampAreGeneratedAnew()
    {
        using var folder = new ScratchFolder();
        string reviews = Generator.Run(Small, folder.Path).Files[0].Path;
        byte[] whole = File.ReadAllBytes(reviews);

        File.WriteAllBytes(reviews, whole[..100]);
        Assert.That(Generator.Run(Small, folder.Path).Fresh, Is.False);
        Assert.That(File.ReadAllBytes(reviews), Is.EqualTo(whole));

        File.WriteAllText(folder.File("generated.json"), "{\"Version\":");
        Assert.That(Generator.Run(Small, folder.Path).Fresh, Is.False);
        Assert.That(Generator.Run(Small with { Noise = 0.5 }, folder.Path).Fresh, Is.False);
        Assert.That(File.ReadAllBytes(reviews), Is.Not.EqualTo(whole));
    }

    [Test]
    public void ACancelledRunLeavesNoFiles()
    {
        using var folder = new ScratchFolder();
        using var source = new CancellationTokenSource();
        var progress = new Immediate(work => source.Cancel());
        Assert.That(
            () => Generator.Run(Small, folder.Path, 2, progress, source.Token),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [TestCase(100, 100, 150, 2, 8, "interactions")]
    [TestCase(10, 10, 60, 2, 8, "interactions")]
    [TestCase(10, 10, 60, 6, 8, "minInteractions")]
    [TestCase(60, 40, 500, 2, 33, "topics")]
    public void ContradictingOptionsAreRefused(int users, int items, int interactions, int least, int topics, string named)
    {
        using var folder = new ScratchFolder();
        GenerateOptions options = Small with
        {
            Users = users,
            Items = items,
            Interactions = interactions,
            MinInteractions = least,
            Topics = topics,
        };
        Assert.That(() => Generator.Run(options, folder.Path), Throws.InstanceOf<InputException>().With.Message.Contains(named));
    }

    [Test]
    public void AFolderThatCannotBeMadeIsNamed()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder.File("file"), "");
        Assert.That(
            () => Generator.Run(Small, folder.File("file")),
            Throws.InstanceOf<InputException>().With.Message.Contains(folder.File("file"))
        );
    }

    /// <summary>Results are only comparable on the same bytes: when this fails on purpose, raise <see cref="Generator.Version"/>.</summary>
    [Test]
    public void TheBytesAreThoseOfThisVersion()
    {
        using var folder = new ScratchFolder();
        GeneratedData data = Generator.Run(Small, folder.Path);
        string[] hashes =
        [
            .. data.Files.Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.Path)))[..16]),
        ];
        Assert.That(
            (Generator.Version, string.Join(' ', hashes)),
            Is.EqualTo((1, "f034131a33d2aa8e 1ce6112810651375 58213c9f6682629e"))
        );
    }

    private sealed class Immediate(Action<WorkProgress> action) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => action(value);
    }
}
