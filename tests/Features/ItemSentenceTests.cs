namespace CranePipeline.Features.Tests;

public class ItemSentenceTests
{
    private static readonly TextField[] All = [TextField.Title, TextField.Brand, TextField.Categories, TextField.Description];

    [Test]
    public void Fields_come_in_order_with_each_category_once()
    {
        var text = new ItemText("Title", "Brand", ["Music", "Pop", "Music"], "Words");

        Assert.That(ItemSentence.Compose(text, All, 0), Is.EqualTo("Title Brand Music Pop Words"));
        Assert.That(ItemSentence.Compose(text, [TextField.Description, TextField.Title], 0), Is.EqualTo("Words Title"));
    }

    [TestCase("Rock &amp; Roll", "Rock & Roll")]
    [TestCase("Rock &amp;amp; Roll", "Rock & Roll")]
    [TestCase("caf&eacute; &#8217;90 &#x26;", "café ’90 &")]
    [TestCase("  a \t b\r\n\n c\u00a0d\u2003e ", "a b c d e")]
    [TestCase("one<br/>two<p class=\"x\">three</p>", "one two three")]
    [TestCase("&lt;b&gt;bold&lt;/b&gt; text", "bold text")]
    [TestCase("5 < 6 > 4 <3", "5 < 6 > 4 <3")]
    [TestCase("a<!-- note -->b", "a b")]
    [TestCase("unclosed <a href", "unclosed <a href")]
    [TestCase("nul\0char\u0085line", "nul char line")]
    [TestCase("", "")]
    [TestCase(null, "")]
    public void Text_is_unescaped_and_folded(string? raw, string expected) =>
        Assert.That(ItemSentence.Compose(new ItemText(raw, null, null, null), All, 0), Is.EqualTo(expected));

    [TestCase("one two three", 100, "one two three")]
    [TestCase("one two three", 13, "one two three")]
    [TestCase("one two three", 12, "one two")]
    [TestCase("one two three", 7, "one two")]
    [TestCase("unbreakable", 5, "unbre")]
    [TestCase("abcd😀", 5, "abcd")]
    public void Long_sentences_are_cut_at_a_word(string raw, int maxLength, string expected) =>
        Assert.That(ItemSentence.Compose(new ItemText(raw, null, null, null), All, maxLength), Is.EqualTo(expected));

    [Test]
    public void An_item_without_metadata_has_an_empty_sentence() => Assert.That(ItemSentence.Compose(null, All, 10), Is.Empty);
}
