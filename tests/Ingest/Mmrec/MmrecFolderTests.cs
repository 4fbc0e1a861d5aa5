using CranePipeline.Ingest.Mmrec;
using CranePipeline.SampleData;
using CranePipeline.SampleData.Tests;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Mmrec;

[TestFixture]
public sealed class MmrecFolderTests : IDisposable
{
    private ScratchFolder folder = null!;

    [SetUp]
    public void Prepare() => folder = new ScratchFolder();

    [TearDown]
    public void Dispose() => folder.Dispose();

    [Test]
    public void TikTokIsFoundWithItsTwoModalities()
    {
        MmrecDataset dataset = MmrecFolder.Import(Path.Combine(SharedData.Folder(), "tiktok"));
        Assert.That(
            (dataset.Name, dataset.Users, dataset.Items, dataset.Interactions),
            Is.EqualTo(("tiktok", 9_308, 6_710, 59_541 + 3_051 + 6_130))
        );
        Assert.That(dataset.Labelled);
        Assert.That(
            dataset.Modalities,
            Is.EqualTo(
                new[]
                {
                    new MmrecModality("acoustic", "audio_feat.npy", 6_710, 128),
                    new MmrecModality("visual", "image_feat.npy", 6_710, 128),
                }
            )
        );
    }

    [TestCase("baby", 19_445, 7_050, 160_792)]
    [TestCase("sports", 35_598, 18_357, 296_337)]
    [TestCase("clothing", 39_387, 23_033, 278_677)]
    public void AFolderWithoutArraysIsFoundToo(string name, int users, int items, long interactions)
    {
        MmrecDataset dataset = MmrecFolder.Import(Path.Combine(SharedData.Folder(), name));
        Assert.That((dataset.Users, dataset.Items, dataset.Interactions), Is.EqualTo((users, items, interactions)));
        Assert.That(dataset.Modalities, Is.Empty);
    }

    [Test]
    public void WhatIsExportedIsImported()
    {
        float[] visual = [.. Enumerable.Range(0, 12).Select(value => value / 8f)];
        string target = folder.File("mine");
        var interactions = new MmrecInteractions([0, 0, 1], [2, 0, 1], [0, 2, 1], [5, 3.5f, 1], [1_400_000_000, 2, 3]);
        MmrecFolder.Export(
            target,
            "mine",
            interactions,
            [new MmrecFeature("visual", 3, 4, visual), new MmrecFeature("haptic", 3, 1, visual.AsMemory(0, 3))],
            ["A1", "A2"],
            ["B1", "B2", "B3"]
        );

        Assert.That(
            File.ReadAllText(Path.Combine(target, "mine.inter")),
            Is.EqualTo("userID\titemID\trating\ttimestamp\tx_label\n0\t2\t5.0\t1400000000\t0\n0\t0\t3.5\t2\t2\n1\t1\t1.0\t3\t1\n")
        );
        Assert.That(
            File.ReadAllText(Path.Combine(target, "i_id_mapping.csv")),
            Is.EqualTo("asin\titemID\nB1\t0\nB2\t1\nB3\t2\n")
        );
        Assert.That(File.ReadAllText(Path.Combine(target, "mine.yaml")), Does.Contain("vision_feature_file: image_feat.npy"));
        Assert.That(NpyFile.Read(Path.Combine(target, "image_feat.npy")).Values, Is.EqualTo(visual));

        MmrecDataset dataset = MmrecFolder.Import(target);
        Assert.That((dataset.Users, dataset.Items, dataset.Interactions, dataset.Labelled), Is.EqualTo((2, 3, 3, true)));
        Assert.That(dataset.Modalities.Select(modality => modality.Name), Is.EqualTo(new[] { "haptic", "visual" }));
    }

    [Test]
    public void ADataSetFileNamesEverythingRelativeToTheDataFolder()
    {
        GeneratedData data = Generator.Run(
            new GenerateOptions
            {
                Kind = GenerateKind.Shape,
                Name = "shape",
                Users = 40,
                Items = 30,
                Interactions = 200,
                Topics = 4,
                ImageWidth = 6,
                TextWidth = 3,
            },
            folder.File("my data")
        );
        MmrecDataset dataset = MmrecFolder.Import(Path.GetDirectoryName(data.Files[0].Path)!);
        MmrecFolder.WriteDatasetFile(dataset, folder.File("conf/shape.yaml"), folder.Path);
        Assert.That(
            File.ReadAllText(folder.File("conf/shape.yaml")),
            Is.EqualTo(
                """
                name: shape
                title: "shape (MMRec folder)"
                family: shape
                source: "An MMRec folder with 200 interactions of 40 users with 30 items."
                ingest:
                  interactions:
                    - path: "my data/shape.inter"
                      format: mmrec
                  minUserInteractions: 0
                  minItemInteractions: 0
                split:
                  method: labels
                modalities:
                  visual:
                    source: npy
                    path: "my data/image_feat.npy"
                  textual:
                    source: npy
                    path: "my data/text_feat.npy"

                """
            )
        );
        Assert.That(
            () => MmrecFolder.WriteDatasetFile(dataset, folder.File("conf/shape.yaml"), folder.Path),
            Throws.InstanceOf<InputException>().With.Message.Contains("exists already")
        );
        MmrecFolder.WriteDatasetFile(dataset, folder.File("elsewhere.yaml"), folder.File("conf"));
        Assert.That(
            File.ReadAllText(folder.File("elsewhere.yaml")),
            Does.Contain($"path: \"{folder.File("my data/shape.inter")}\"")
        );
    }

    [TestCase("userID\titemID\n", "holds no interactions")]
    [TestCase("user\titem\n0\t1\n", "userID and itemID")]
    [TestCase("userID\titemID\n0\tB01\n", "line 2 has the id 'B01'")]
    [TestCase("userID\titemID\n\n0\n", "line 3 has the id ''")]
    [TestCase("userID\titemID\n0\t-1\n", "line 2")]
    [TestCase("userID\titemID\n0\t999999999\n", "line 2")]
    [TestCase("userID\titemID\n0\t3\n", "3 rows, but the highest item of x.inter is 3; the array needs a row for every item id")]
    [TestCase("userID\titemID\n0\t1\n", "3 rows, but the highest item of x.inter is 1; the array needs a row for every item id")]
    public void WhatDoesNotFitIsNamed(string text, string message)
    {
        File.WriteAllText(folder.File("x.inter"), text);
        NpyFile.Write(folder.File("image_feat.npy"), 3, 2, new float[6]);
        Assert.That(() => MmrecFolder.Import(folder.Path), Throws.InstanceOf<InputException>().With.Message.Contains(message));
    }

    [Test]
    public void TheFolderMustHoldOneFileOrSayWhich()
    {
        Assert.That(
            () => MmrecFolder.Import(folder.Path),
            Throws.InstanceOf<InputException>().With.Message.Contains("no .inter file")
        );
        Assert.That(
            () => MmrecFolder.Import(folder.File("absent")),
            Throws.InstanceOf<InputException>().With.Message.Contains("does not exist")
        );
        File.WriteAllText(folder.File("a.inter"), "user_id:token\titem_id:token\n1\t2\n1\t2\n");
        File.WriteAllText(folder.File("b.inter"), "userID\titemID\n5\t0\n6\t0\n");
        Assert.That(
            () => MmrecFolder.Import(folder.Path),
            Throws.InstanceOf<InputException>().With.Message.Contains("a.inter, b.inter")
        );
        Assert.That(MmrecFolder.Import(folder.Path, "b").Users, Is.EqualTo(2));
        MmrecDataset repeated = MmrecFolder.Import(folder.Path, "a");
        Assert.That((repeated.Users, repeated.Items, repeated.Interactions, repeated.Labelled), Is.EqualTo((1, 1, 2, false)));
    }

    [Test]
    public void ArraysThatDoNotFitAreNotWritten()
    {
        var interactions = new MmrecInteractions([0], [4], [0]);
        Assert.That(
            () => MmrecFolder.Export(folder.File("x"), "x", interactions, [new MmrecFeature("visual", 4, 1, new float[4])]),
            Throws.ArgumentException
        );
        Assert.That(
            () => MmrecFolder.Export(folder.File("x"), "x", interactions with { Labels = [] }, []),
            Throws.ArgumentException
        );
        Assert.That(Directory.Exists(folder.File("x")), Is.False);
    }
}
