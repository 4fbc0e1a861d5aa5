using System.IO.Compression;
using System.Text;
using CranePipeline.Ingest.Metadata;
using CranePipeline.SampleData;
using CranePipeline.SampleData.Tests;
using CranePipeline.Tables;
using ICSharpCode.SharpZipLib.BZip2;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Metadata;

[TestFixture]
public sealed class MetadataReaderTests
{
    [Test]
    public void OnlyWantedItemsAreKeptInTheFilesOrder()
    {
        using var folder = new ScratchFolder();
        File.WriteAllLines(
            folder.File("a.json"),
            Enumerable.Range(0, 50).Select(item => $"{{'asin': 'B{item}', 'title': 'T{item}'}}")
        );
        MetadataResult result = Read(folder, ["B7", "B49", "B3", "absent"], "a.json");
        Assert.That(result.Items.Select(item => item.Title), Is.EqualTo(new[] { "T3", "T7", "T49" }));
        Assert.That(result.Lines, Is.EqualTo(50));
        Assert.That(result.Files.Single().Path, Is.EqualTo("a.json"));
    }

    [TestCase("{\"asin\": \"B1   \", \"title\": \"T\"}")]
    [TestCase("{\"asin\": \"\\tB1 \", \"title\": \"T\"}")]
    [TestCase("{'asin': ' B1', 'title': 'T'}")]
    public void AnIdIsTakenWithoutTheSpacesAroundIt(string line)
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder.File("a.json"), line);
        foreach (string[]? wanted in new[] { null, new[] { "B1" } })
        {
            ItemMetadata item = Read(folder, wanted, "a.json").Items.Single();
            Assert.That((item.Asin, item.Title), Is.EqualTo(("B1", "T")));
        }
    }

    [Test]
    public void ARepeatedItemFillsInWhatWasMissing()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder.File("a.json"), "{'asin': 'B1', 'title': 'first', 'brand': None}\n\n{'asin': 'B2'}\r\n");
        File.WriteAllText(folder.File("b.json"), "{\"asin\": \"B1\", \"title\": \"second\", \"brand\": \"X\", \"price\": 3}");
        MetadataResult result = Read(folder, null, "a.json", "b.json", "a.json");
        Assert.That(result.Items, Has.Count.EqualTo(2));
        Assert.That((result.Items[0].Title, result.Items[0].Brand, result.Items[0].Price), Is.EqualTo(("first", "X", 3.0)));
        Assert.That((result.Repeated, result.Lines, result.Files.Count), Is.EqualTo((1, 3, 2)));
    }

    [TestCase("gz")]
    [TestCase("bz2")]
    public void CompressedFilesReadLikePlainOnes(string kind)
    {
        using var folder = new ScratchFolder();
        string path = folder.File("meta.json." + kind);
        using (Stream file = File.Create(path))
        using (Stream packed = kind == "gz" ? new GZipStream(file, CompressionLevel.Fastest) : new BZip2OutputStream(file))
        {
            packed.Write(
                Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 3_000).Select(item => $"{{'asin': 'B{item}'}}\n")))
            );
        }

        Assert.That(Read(folder, null, "meta.*").Items, Has.Count.EqualTo(3_000));
    }

    [Test]
    public void MalformedLinesAreCountedAndNamed()
    {
        using var folder = new ScratchFolder();
        string[] lines = [.. Enumerable.Range(0, 400).Select(item => $"{{'asin': 'B{item}'}}")];
        lines[9] = "{'asin': 'B9', 'title': 'cut";
        lines[20] = "{'title': 'no id'}";
        File.WriteAllLines(folder.File("a.json"), lines);
        MetadataResult result = Read(folder, ["B1", "B399"], "a.json");
        Assert.That(result.QuarantinedLines, Is.EqualTo(2));
        Assert.That(result.Items, Has.Count.EqualTo(2));
        Assert.That(result.Quarantine[0].Line, Is.EqualTo(10));
        Assert.That(result.Quarantine[0].Text, Is.EqualTo(lines[9]));
        Assert.That(result.Quarantine[1].Kind, Is.EqualTo(LineFault.EmptyItem));

        InputException error = Assert.Throws<InputException>(() =>
            MetadataReader.Read([new MetadataSource { Path = "a.json" }], folder.Path, quarantineLimit: 0.004)
        )!;
        Assert.That(error.Message, Does.Contain("a.json line 10").And.Contain("2 of 400"));
    }

    [Test]
    public void InvalidUtf8IsQuarantinedAndTheRestRead()
    {
        using var folder = new ScratchFolder();
        byte[] good = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, 200).Select(item => $"{{'asin': 'B{item}', 'title': 'é'}}\n"))
        );
        File.WriteAllBytes(folder.File("a.json"), [.. good, .. "{'asin': 'X', 'title': '"u8, 0xFF, .. "'}\n"u8]);
        MetadataResult result = Read(folder, null, "a.json");
        Assert.That(result.Items, Has.Count.EqualTo(200));
        Assert.That(result.Quarantine.Single().Kind, Is.EqualTo(LineFault.InvalidUtf8));
    }

    [Test]
    public void JsonLinesAdmitsNoPython()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder.File("a.json"), "{\"asin\": \"B1\"}\n{'asin': 'B2'}\n");
        var source = new MetadataSource { Path = "a.json", Format = MetadataFormat.JsonLines };
        MetadataResult result = MetadataReader.Read([source], folder.Path, quarantineLimit: 0.5);
        Assert.That(result.Items.Single().Asin, Is.EqualTo("B1"));
        Assert.That(result.QuarantinedLines, Is.EqualTo(1));
    }

    [Test]
    public void AMissingFileIsNamed()
    {
        using var folder = new ScratchFolder();
        Assert.That(
            () => Read(folder, null, "meta_Baby.json.gz"),
            Throws.InstanceOf<InputException>().With.Message.Contains("meta_Baby.json.gz")
        );
    }

    [Test]
    public void AnyNumberOfThreadsGivesTheSame()
    {
        using var folder = new ScratchFolder();
        File.WriteAllLines(
            folder.File("a.json"),
            Enumerable
                .Range(0, 60_000)
                .Select(item => $"{{'asin': 'B{item % 50_000}', 'title': 'Title of item {item}', 'related': ['{item}', 'B2']}}")
        );
        MetadataResult one = Read(folder, null, "a.json");
        MetadataResult many = MetadataReader.Read([new MetadataSource { Path = "a.json" }], folder.Path, threads: 3);
        Assert.That(one.Items, Has.Count.EqualTo(50_000));
        Assert.That(
            many.Items.Select(item => (item.Asin, item.Title)),
            Is.EqualTo(one.Items.Select(item => (item.Asin, item.Title)))
        );
        Assert.That(many.Repeated, Is.EqualTo(10_000));
    }

    [Test]
    public void TheGeneratedSampleIsRead()
    {
        using var folder = new ScratchFolder();
        var options = new GenerateOptions { ImageWidth = 4 };
        Generator.Run(options, folder.Path);
        MetadataResult result = Read(folder, null, "meta_Sample.json.gz");
        Assert.That(result.Items, Has.Count.EqualTo(options.Items));
        Assert.That(result.QuarantinedLines, Is.EqualTo(options.MalformedLines));
        Assert.That(result.Items.Count(item => item.Title is null), Is.InRange(5, 60));
        Assert.That(result.Items.Count(item => item.Brand is null), Is.InRange(40, 160));
        Assert.That(result.Items, Has.All.Matches<ItemMetadata>(item => item.Categories.Count >= 3));
        Assert.That(
            result.Items.Select(item => item.Description),
            Has.Some.Contains("Café-tested & family approved — since 1987.")
        );
    }

    [Test]
    public void TheRealMetadataIsReadWithoutAFault()
    {
        MetadataResult result = MetadataReader.Read(
            [new MetadataSource { Path = "amazon2014/meta_Digital_Music.json.gz" }],
            SharedData.Folder(),
            threads: 2
        );
        Assert.That((result.Lines, result.QuarantinedLines, result.Items.Count), Is.EqualTo((7_419, 0, 7_419)));

        // Python's ast.literal_eval finds the same, field by field.
        Assert.That(result.Items.Count(item => item.Title is not null), Is.EqualTo(7_321));
        Assert.That(result.Items.Count(item => item.Description is not null), Is.EqualTo(4_556));
        Assert.That(result.Items.Count(item => item.Brand is not null), Is.EqualTo(554));
        Assert.That(result.Items.Count(item => item.Price is not null), Is.EqualTo(7_395));
        Assert.That(result.Items[0].Title, Is.EqualTo("Memory of Trees"));
        Assert.That(result.Items[1].Title, Is.EqualTo("Don't Drink His Blood"));
        Assert.That(
            result.Items[0].Categories,
            Is.EqualTo(new[] { "CDs & Vinyl", "New Age", "Celtic New Age", "Meditation", "Pop", "Rock", "Digital Music" })
        );
    }

    [Test]
    public void ATruncatedArchiveIsAnErrorNamingFileAndOffset()
    {
        string folder = SharedData.Folder();
        InputException error = Assert.Throws<InputException>(() =>
            MetadataReader.Read(
                [new MetadataSource { Path = "amazon2014/meta_Digital_Music.truncated.json.gz" }],
                folder,
                ["none"],
                threads: 2
            )
        )!;
        Assert.That(error.Message, Does.Contain("meta_Digital_Music.truncated.json.gz").And.Contain("1000000"));
    }

    private static MetadataResult Read(ScratchFolder folder, string[]? wanted, params string[] paths) =>
        MetadataReader.Read([.. paths.Select(path => new MetadataSource { Path = path })], folder.Path, wanted);
}
