using CranePipeline.Commands;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Commands;

public sealed class TextTableTests
{
    [Test]
    public void Text_stands_left_and_numbers_right_without_trailing_spaces()
    {
        string table = TextTable.Write(
            ["name", "n", "title"],
            [
                ["a", "10", "long title"],
                ["longer", "9", ""],
            ],
            column => column != 1
        );

        Assert.That(table, Is.EqualTo("name     n  title\na       10  long title\nlonger   9\n"));
    }
}
