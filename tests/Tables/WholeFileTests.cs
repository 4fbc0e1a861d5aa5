using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

[TestFixture]
public sealed class WholeFileTests
{
    private ScratchFolder folder = null!;

    [SetUp]
    public void Make() => folder = new ScratchFolder();

    [TearDown]
    public void Clean() => folder.Dispose();

    [TestCase(0)]
    [TestCase(5)]
    [TestCase((1 << 20) + 5)]
    public void A_copy_has_the_same_bytes(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(place => (byte)(place * 7))];
        File.WriteAllBytes(folder.File("source"), bytes);
        File.WriteAllText(folder.File("target"), "what was there");

        WholeFile.Copy(folder.File("source"), folder.File("target"));

        Assert.That(File.ReadAllBytes(folder.File("target")), Is.EqualTo(bytes));
        Assert.That(Directory.GetFiles(folder.Path), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_source_that_is_missing_or_a_folder_is_what_cannot_be_read()
    {
        Directory.CreateDirectory(folder.File("folder"));
        CannotRead(folder.File("none"));
        CannotRead(folder.File("folder"));
    }

    /// <summary>A file that opens, and whose first byte is an input/output error: what a broken disk answers.</summary>
    [Test, Platform("Linux")]
    public void A_source_that_fails_in_the_middle_is_what_cannot_be_read() => CannotRead("/proc/self/mem");

    [Test]
    public void A_target_that_cannot_be_written_is_told_as_such()
    {
        File.WriteAllText(folder.File("source"), "content");
        string target = Path.Combine(folder.File("no folder"), "target");
        Assert.That(
            () => WholeFile.Copy(folder.File("source"), target),
            Throws.TypeOf<InputException>().With.Message.StartsWith($"cannot write {target}: ")
        );
    }

    private void CannotRead(string source)
    {
        string target = folder.File("target");
        File.WriteAllText(target, "what was there");
        Assert.That(
            () => WholeFile.Copy(source, target),
            Throws
                .TypeOf<InputException>()
                .With.Message.StartsWith($"cannot read {source}: ")
                .And.Message.Not.Contain("free space")
        );
        Assert.That(File.ReadAllText(target), Is.EqualTo("what was there"));
        Assert.That(Directory.GetFiles(folder.Path), Is.EqualTo(new[] { target }));
    }
}
