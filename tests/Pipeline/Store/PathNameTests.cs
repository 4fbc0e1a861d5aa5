using CranePipeline.Store;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

public sealed class PathNameTests
{
    [TestCase("sample")]
    [TestCase("baby-mmrec")]
    [TestCase("Amazon_2018.v2")]
    [TestCase("музыка")]
    public void Plain_names_are_safe(string name) => Assert.That(PathName.IsSafe(name), Is.True);

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("../x")]
    [TestCase("a/b")]
    [TestCase("a\\b")]
    [TestCase("/etc")]
    [TestCase("C:")]
    [TestCase(".staging")]
    [TestCase("a..b")]
    [TestCase("a.")]
    [TestCase("-x")]
    [TestCase("con")]
    [TestCase("NUL.txt")]
    [TestCase("a b")]
    [TestCase("a\u0000b")]
    [TestCase("a\u001b[2J")]
    public void Names_that_lead_elsewhere_or_nowhere_are_not(string name) => Assert.That(PathName.IsSafe(name), Is.False);

    [TestCase("a/b.json", true)]
    [TestCase("a/../b", false)]
    [TestCase("/a", false)]
    [TestCase("a//b", false)]
    public void A_stored_files_name_is_safe_parts_joined_by_slashes(string name, bool safe) =>
        Assert.That(PathName.IsSafePath(name), Is.EqualTo(safe));
}
