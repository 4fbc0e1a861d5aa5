using System.Text;
using System.Text.Json;
using CranePipeline.Ingest.Metadata;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Metadata;

[TestFixture]
public sealed class MetadataLineTests
{
    private static readonly MetadataLine Parser = new(new WantedItems(null));

    [Test]
    public void A2014LineIsReadWhole()
    {
        ItemMetadata item = Read(
            """{'asin': 'B000002KXA', 'related': {'also_bought': ['B1', "B]2'"], 'x': {}}, 'title': "Don't Stop", 'price': 9.49, 'salesRank': {'Music': 5}, 'brand': 'A "B" C', 'description': 'It\'s \\ "fine"\n', 'categories': [['CDs & Vinyl', 'Pop'], ['Digital Music', 'Pop']]}"""
        );
        Assert.That(item.Asin, Is.EqualTo("B000002KXA"));
        Assert.That(item.Title, Is.EqualTo("Don't Stop"));
        Assert.That(item.Brand, Is.EqualTo("A \"B\" C"));
        Assert.That(item.Description, Is.EqualTo("It's \\ \"fine\""));
        Assert.That(item.Categories, Is.EqualTo(new[] { "CDs & Vinyl", "Pop", "Digital Music" }));
        Assert.That(item.Price, Is.EqualTo(9.49));
    }

    [Test]
    public void AnyWhiteSpaceInAListIsPassedOver()
    {
        // A line break of old Macintoshes within a list once kept the reader there for ever.
        ItemMetadata item = Read("{'asin': 'B1', 'categories': [['a',\r 'b'],\t\r['c', None, 7]]}");
        Assert.That(item.Categories, Is.EqualTo(new[] { "a", "b", "c", "7" }));
    }

    [Test]
    public void A2018LineHasListsAndPricesInText()
    {
        ItemMetadata item = Read(
            """{"category": ["Clothing", "Shoes"], "description": ["First.", "", "<b>Second</b>"], "title": "Boot &amp; Co", "brand": "", "feature": ["Leather"], "asin": "B01", "price": "$1,204.50", "also_buy": ["x"], "main_cat": "Fashion"}"""
        );
        Assert.That(item.Asin, Is.EqualTo("B01"));
        Assert.That(item.Title, Is.EqualTo("Boot &amp; Co"));
        Assert.That(item.Brand, Is.Null);
        Assert.That(item.Description, Is.EqualTo("First.\n<b>Second</b>\nLeather"));
        Assert.That(item.Categories, Is.EqualTo(new[] { "Clothing", "Shoes" }));
        Assert.That(item.Price, Is.EqualTo(1204.5));
    }

    [Test]
    public void A2023LineIsKnownByItsParent()
    {
        ItemMetadata item = Read(
            """{"main_category": "All Beauty", "title": "Gel", "average_rating": 4.8, "features": ["Vegan"], "description": [], "price": null, "images": [{"thumb": "http", "variant": "MAIN"}], "store": "Howard", "categories": [], "details": {"Brand": "H"}, "parent_asin": "B0PARENT", "bought_together": null}"""
        );
        Assert.That(item.Asin, Is.EqualTo("B0PARENT"));
        Assert.That(item.Brand, Is.EqualTo("Howard"));
        Assert.That(item.Description, Is.EqualTo("Vegan"));
        Assert.That(item.Categories, Is.EqualTo(new[] { "All Beauty" }));
        Assert.That(item.Price, Is.Null);
    }

    [TestCase("None")]
    [TestCase("''")]
    [TestCase("'  '")]
    [TestCase("[]")]
    [TestCase("['', None]")]
    [TestCase("null")]
    [TestCase("nan")]
    public void WhatSaysNothingIsAbsent(string value) =>
        Assert.That(Read("{'asin': 'B1', 'title': " + value + ", 'brand': " + value + "}").Title, Is.Null);

    [TestCase("'$5.99'", 5.99)]
    [TestCase("12", 12)]
    [TestCase("-3.0", null)]
    [TestCase("'$10.00 - $20.00'", null)]
    [TestCase("'.a-box-inner{background-color:#fff}'", null)]
    [TestCase("inf", null)]
    public void OnlyASinglePriceIsOne(string value, double? price) =>
        Assert.That(Read("{'asin': 'B1', 'price': " + value + "}").Price, Is.EqualTo(price));

    [TestCase(@"'a\x41\t\101\0b'", "aA\tA\0b")]
    [TestCase(@"'caf\xe9'", "café")]
    [TestCase(@"'caf\xc3\xa9 \xe2\x80\x94 x'", "café — x")]
    [TestCase(@"u'caf\xc3\xa9'", "cafÃ©")]
    [TestCase(@"'\u2014\U0001F600'", "—😀")]
    [TestCase(@"'\ud83d\ude00 \ud83d'", "😀 \uFFFD")]
    [TestCase(@"'1\/2 \d \a\v\f\b'", "1/2 \\d \a\v\f\b")]
    [TestCase("b\"it's\"", "it's")]
    [TestCase("'—direct—'", "—direct—")]
    [TestCase("\"\\\"\"", "\"")]
    public void EscapesMeanWhatPythonAndJsonSay(string literal, string text) =>
        Assert.That(LiteralText.Decode(Encoding.UTF8.GetBytes(literal)), Is.EqualTo(text));

    [TestCase("{'asin': 'B1', 'title': 'cut")]
    [TestCase("{'asin': 'B1', 'title': 'x'")]
    [TestCase("{'asin': 'B1' 'title': 'x'}")]
    [TestCase("{'asin': 'B1', 'title'}")]
    [TestCase("{'asin': 'B1', 'related': [1, 2}")]
    [TestCase("{'asin': 'B1', 'title': oops}")]
    [TestCase("{'asin': 'B1'} x")]
    [TestCase("['asin', 'B1']")]
    [TestCase("{'asin': 'B1', 'title': 'a\\x4'}")]
    [TestCase("{'asin': 'B1', 'title': '\\U00110000'}")]
    [TestCase("{'asin': 'B1', 'title': 'a\\'}")]
    [TestCase("{")]
    [TestCase("x")]
    public void AMalformedLineIsRefused(string line)
    {
        Assert.That(Parser.Parse(Encoding.UTF8.GetBytes(line), out LineFault fault), Is.Null);
        Assert.That(fault, Is.EqualTo(LineFault.Malformed));
    }

    [TestCase("{}")]
    [TestCase("{'asin': ''}")]
    [TestCase("{'asin': None, 'title': 'x'}")]
    [TestCase("{'asin': 5}")]
    public void ALineWithoutAnIdIsRefused(string line)
    {
        Assert.That(Parser.Parse(Encoding.UTF8.GetBytes(line), out LineFault fault), Is.Null);
        Assert.That(fault, Is.EqualTo(LineFault.EmptyItem));
    }

    [Test]
    public void EndlessNestingIsRefusedAndDoesNotOverflowTheStack() =>
        AMalformedLineIsRefused("{'asin': 'B1', 'related': " + new string('[', 100_000) + "}");

    [Test]
    public void TuplesAndTrailingCommasAreAllowed() =>
        Assert.That(
            Read("{'asin': 'B1', 'x': (1, 2,), 'categories': [('a', 'b'),],}").Categories,
            Is.EqualTo(new[] { "a", "b" })
        );

    /// <summary>
    /// No text that Python or JSON can write is read as anything else: the two writers are Python's repr rule and System.Text.Json.
    /// </summary>
    [FsCheck.NUnit.Property(MaxTest = 500)]
    public Property AnyTextComesBack() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<string>().Filter(text => text is not null),
            text =>
            {
                string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes("x" + text + "x"));
                string json = JsonSerializer.Serialize(new Dictionary<string, string> { ["asin"] = "B1", ["title"] = whole });
                string python = "{'asin': 'B1', 'title': " + Repr(whole) + "}";
                return Read(json).Title == whole && Read(python).Title == whole;
            }
        );

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void NoLineThrows(byte[] noise)
    {
        byte[] line = [.. "{'asin': 'B1', 'title': "u8, .. noise, (byte)'}'];
        Parser.Parse(line, out _);
        for (int cut = 0; cut < line.Length; cut += 3)
        {
            Parser.Parse(line.AsSpan(0, cut), out _);
        }
    }

    private static ItemMetadata Read(string line)
    {
        ItemMetadata? item = Parser.Parse(Encoding.UTF8.GetBytes(line), out LineFault fault);
        Assert.That(fault, Is.EqualTo(LineFault.None));
        return item!;
    }

    private static string Repr(string text)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var repr = new StringBuilder("u").Append(quote);
        foreach (char letter in text)
        {
            repr.Append(
                letter == quote || letter == '\\' ? $"\\{letter}"
                : letter is < ' ' or > '~' ? $"\\u{(int)letter:x4}"
                : $"{letter}"
            );
        }

        return repr.Append(quote).ToString();
    }
}
