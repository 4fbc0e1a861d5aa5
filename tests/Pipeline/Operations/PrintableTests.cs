using CranePipeline.Operations;
using CranePipeline.Progress;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Operations;

public sealed class PrintableTests
{
    [TestCase("plain é 漢 🎸", "plain é 漢 🎸")]
    [TestCase("a\u001b[2Jb", "a\\u001b[2Jb")]
    [TestCase("a\rb\u0007\u0000", "a\\u000db\\u0007\\u0000")]
    [TestCase("a\u009bb", "a\\u009bb")]
    [TestCase("a\u202eb\u2066", "a\\u202eb\\u2066")]
    [TestCase("tab\tstays", "tab\tstays")]
    [TestCase("a\nb", "a\\u000ab")]
    public void Control_characters_are_shown_and_not_sent(string text, string shown) =>
        Assert.That(Printable.Escape(text), Is.EqualTo(shown));

    [Test]
    public void Lines_of_a_table_stay_lines()
    {
        using var inner = new StringWriter { NewLine = "\n" };
        var writer = new PrintableWriter(inner);
        writer.Write("a\u001b\nb");
        writer.WriteLine("c\u0007");
        writer.Write('\u001b');
        Assert.That(inner.ToString(), Is.EqualTo("a\\u001b\nbc\\u0007\n\\u001b"));
    }

    [Test]
    public void A_line_of_a_log_begins_with_time_and_level_and_one_on_a_terminal_does_not()
    {
        var time = new DateTimeOffset(2026, 3, 1, 3, 0, 7, TimeSpan.FromHours(1));
        Assert.That(ConsoleLine.Of(ConsoleLevel.Warning, "w\u001b", time), Is.EqualTo("2026-03-01T02:00:07Z warning: w\\u001b"));
        Assert.That(ConsoleLine.Of(ConsoleLevel.Info, "i", null), Is.EqualTo("i"));
        Assert.That(ConsoleLine.Of(ConsoleLevel.Error, "e", null), Is.EqualTo("error: e"));
    }
}
