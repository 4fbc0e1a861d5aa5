using CranePipeline.Ingest.Metadata;
using CranePipeline.Ingest.Mmrec;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Reading;

/// <summary>A line of hundreds of megabytes is refused at the same bound by whatever reads text.</summary>
[TestFixture]
public sealed class LongLineTests
{
    private static readonly byte[] TooLong = Packed();

    /// <summary>600 MB of one letter, in a few hundred kilobytes of gzip members.</summary>
    private static byte[] Packed()
    {
        byte[] piece = TemporaryFolder.Gzip([.. Enumerable.Repeat((byte)'x', 30_000_000)]);
        return [.. Enumerable.Repeat(piece, 20).SelectMany(part => part)];
    }

    [TestCase("x.csv", "u,i\n")]
    [TestCase("x.csv", "user_id,item_id\nu,\"")]
    [TestCase("x.tsv", "user_id\titem_id\n")]
    [TestCase("x.json", "{\"reviewerID\": \"u\", \"asin\": \"i\"}\n{\"reviewerID\": \"")]
    [TestCase("train.json", "{\"0\": [1, \"")]
    public void InInteractions(string name, string before)
    {
        using TemporaryFolder folder = new();
        folder.With(name, [.. TemporaryFolder.Gzip(System.Text.Encoding.UTF8.GetBytes(before)), .. TooLong]);
        Assert.That(() => folder.Run(name), Refused(name));
    }

    [Test]
    public void InMetadataIdMapsAndFoldersOfMmrec()
    {
        using TemporaryFolder folder = new();
        folder.With("m.json", TooLong).With("train.json", "{\"0\": [1]}").With("x.inter", TooLong);
        Assert.That(() => MetadataReader.Read([new MetadataSource { Path = "m.json" }], folder.Root), Refused("m.json"));
        Assert.That(() => folder.Run(new InteractionSource { Path = "train.json", UserIdMap = "m.json" }), Refused("m.json"));
        Assert.That(
            () => MmrecScan.Read(Path.Combine(folder.Root, "x.inter"), "x.inter", CancellationToken.None),
            Refused("x.inter")
        );
    }

    private static NUnit.Framework.Constraints.ContainsConstraint Refused(string name) =>
        Throws.TypeOf<InputException>().With.Message.Contains("64 MiB").And.Message.Contains(name);
}
