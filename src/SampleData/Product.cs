using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>What the catalogue says about a generated item; null where it says nothing.</summary>
internal sealed record Product(
    string Asin,
    string? Title,
    string? Brand,
    string? Description,
    IReadOnlyList<string[]> Categories,
    int PriceCents,
    string Noun
)
{
    private const double OtherTopic = 0.12;

    private static readonly string[] BrandStarts =
    [
        "Al",
        "Bro",
        "Cas",
        "Dor",
        "El",
        "Fen",
        "Gar",
        "Hol",
        "Iv",
        "Jas",
        "Kel",
        "Lum",
        "Mar",
        "Nor",
        "Or",
        "Pel",
    ];
    private static readonly string[] BrandEnds =
    [
        "bury",
        "cote",
        "dale",
        "ena",
        "field",
        "gate",
        "io",
        "ko",
        "line",
        "mont",
        "ora",
        "tek",
        "ton",
        "vé",
        "wick",
        "x",
    ];
    private static readonly string[] Openers =
    [
        "Meet the",
        "Introducing our",
        "You will love this",
        "Designed in Portland, this is the",
        "Here's the",
    ];
    private static readonly string[] Closers =
    [
        "Backed by a one-year warranty.",
        "Makes a great gift!",
        "Ships in \"frustration-free\" packaging.",
        "It's the last one you'll ever buy.",
        "Note: colors may vary slightly\nfrom the photographs.",
        "Caf\u00e9-tested & family approved \u2014 since 1987.",
    ];

    /// <summary>Writes an item's text from the words of its topic and style, with a share of words of other topics.</summary>
    public static Product Describe(int item, LatentWorld world, GenerateOptions options, IdentifierMaker identifiers)
    {
        var random = new RandomStream(options.Seed, "generate products", item);
        int topicIndex = world.ItemTopic[item];
        TopicVocabulary topic = TopicVocabulary.All[topicIndex];
        string[] style = TopicVocabulary.Styles[world.ItemStyle[item]];
        string noun = Pick(topic.Nouns, ref random);
        string quality = Pick(AnyTopic(topic, ref random).Qualities, ref random);
        string colour = random.NextInt32(3) == 0 ? style[4] : style[0];

        // Six brands a topic and one maker in three known for its style: brands tell something, but not all.
        int maker = (topicIndex * 5 + (random.NextInt32(3) == 0 ? world.ItemStyle[item] : random.NextInt32(6))) & 0xFF;
        string brand = BrandStarts[maker % 16] + BrandEnds[(maker / 16 + topicIndex * 7) % 16];
        string adjective = random.NextInt32(3) == 0 ? quality : style[1];
        string title = $"{brand} {Capital(adjective)} {Capital(noun)}, {colour}";
        if (random.NextInt32(4) == 0)
        {
            title += $" ({2 + random.NextInt32(11)}\" {Pick(topic.Parts, ref random)})";
        }

        string lead = Pick(topic.Qualities, ref random);
        string second = Another(topic.Qualities, quality, ref random);
        string part = Pick(topic.Parts, ref random);
        string use = Pick(topic.Uses, ref random);
        string description =
            $"{Pick(Openers, ref random)} {lead} {noun} with {part} and "
            + $"{Another(AnyTopic(topic, ref random).Parts, part, ref random)}. {Capital(quality)} and {second}, it's perfect for "
            + $"{use} or {Another(AnyTopic(topic, ref random).Uses, use, ref random)}. "
            + $"Finished in {style[2]} for {style[3]}. {Pick(Closers, ref random)}";
        List<string[]> categories = [topic.Path];
        if (random.NextInt32(5) == 0)
        {
            categories.Add([topic.Path[0], "Featured", Capital(noun)]);
        }

        double missing = options.MissingShare;
        return new Product(
            identifiers.Item(item),
            random.NextDouble() < missing ? null : title,
            random.NextDouble() < missing * 4 ? null : brand,
            random.NextDouble() < missing * 2 ? null : description,
            categories,
            299 + 100 * random.NextInt32(120) + random.NextInt32(2) * 50,
            noun
        );
    }

    private static TopicVocabulary AnyTopic(TopicVocabulary topic, ref RandomStream random) =>
        random.NextDouble() < OtherTopic ? TopicVocabulary.All[random.NextInt32(TopicVocabulary.All.Count)] : topic;

    private static string Another(string[] words, string taken, ref RandomStream random)
    {
        int first = random.NextInt32(words.Length);
        return words[first] == taken ? words[(first + 1) % words.Length] : words[first];
    }

    private static string Pick(string[] words, ref RandomStream random) => words[random.NextInt32(words.Length)];

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
