using NUnit.Framework;

namespace CranePipeline.Tables.Tests;

public sealed class VisibleTextTests
{
    [TestCase("plain, ünïcode 商品 😀")]
    [TestCase("")]
    public void Ordinary_text_stays_as_it_is(string text) => Assert.That(VisibleText.Of(text), Is.SameAs(text));

    [TestCase("a\u001B[31mb", "a\\u001B[31mb")]
    [TestCase("\0", "\\u0000")]
    [TestCase("a\tb\r\nc", "a\\tb\\r\\nc")]
    [TestCase("\u202Egnp.exe", "\\u202Egnp.exe")]
    [TestCase("a\u0085\u2028b", "a\\u0085\\u2028b")]
    public void What_would_be_obeyed_is_shown(string text, string shown) => Assert.That(VisibleText.Of(text), Is.EqualTo(shown));

    // Half a pair does not survive in an attribute.
    [Test]
    public void Half_a_character_is_shown() => Assert.That(VisibleText.Of((char)0xD83D + "x"), Is.EqualTo("\\uD83Dx"));
}
