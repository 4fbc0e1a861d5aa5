using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>Ratings and words of generated reviews.</summary>
internal static class ReviewText
{
    private static readonly string[] Names =
    [
        "Alex",
        "J. Moreno",
        "Kim \"KC\" Carter",
        "M. O'Neil",
        "Priya",
        "Zoë",
        "T. Nguyen",
        "Grandma Sue",
        "D. Kowalski",
        "Sam & Jo",
    ];
    private static readonly string[] Praise =
    [
        "I love it",
        "Exactly what I needed",
        "It's well made",
        "Five stars from me",
        "My sister said \"wow\"",
        "Would buy again",
    ];
    private static readonly string[] Blame =
    [
        "I returned it",
        "It broke within a week",
        "Not as described",
        "Disappointed",
        "The box arrived open",
    ];

    /// <summary>One to five stars; liked items get more, as most reviews of the real data do.</summary>
    public static int Rating(bool likes, ref RandomStream random)
    {
        int draw = random.NextInt32(100);
        return likes
            ? draw switch
            {
                < 68 => 5,
                < 90 => 4,
                < 96 => 3,
                < 98 => 2,
                _ => 1,
            }
            : draw switch
            {
                < 50 => 5,
                < 72 => 4,
                < 84 => 3,
                < 92 => 2,
                _ => 1,
            };
    }

    /// <summary>The name a user signs with.</summary>
    public static string Reviewer(int user, long seed)
    {
        var random = new RandomStream(seed, "generate reviewer names", user);
        return $"{Names[random.NextInt32(Names.Length)]} {user % 97}";
    }

    /// <summary>A short headline.</summary>
    public static string Summary(Product product, TopicVocabulary topic, int overall, ref RandomStream random) =>
        random.NextInt32(3) switch
        {
            0 => overall > 3 ? $"Great {product.Noun}" : $"Not a great {product.Noun}",
            1 => $"{Pick(topic.Qualities, ref random)} for {Pick(topic.Uses, ref random)}",
            _ => overall > 3 ? "Highly recommended!" : "Meh...",
        };

    /// <summary>Two to five sentences about the item.</summary>
    public static string Body(Product product, TopicVocabulary topic, string[] style, int overall, ref RandomStream random)
    {
        string[] verdicts = overall > 3 ? Praise : Blame;
        string body = $"Bought this {product.Noun} for {Pick(topic.Uses, ref random)}. {Pick(verdicts, ref random)}.";
        int sentences = 1 + random.NextInt32(4);
        for (int sentence = 0; sentence < sentences; sentence++)
        {
            body += random.NextInt32(4) switch
            {
                0 => $" The {Pick(topic.Parts, ref random)} is {Pick(topic.Qualities, ref random)}.",
                1 => $" It has {style[3]}; the {style[0].ToLowerInvariant()} finish looks just like the pictures.",
                2 => $" I've used it\tfor {PickTwo(topic.Uses, ref random)}.",
                _ => overall > 3
                    ? $" Truly {Pick(topic.Qualities, ref random)}."
                    : $" Hardly \"{Pick(topic.Qualities, ref random)}\".",
            };
        }

        return body;
    }

    private static string PickTwo(string[] words, ref RandomStream random)
    {
        int first = random.NextInt32(words.Length);
        return $"{words[first]} and {words[(first + 1 + random.NextInt32(words.Length - 1)) % words.Length]}";
    }

    private static string Pick(string[] words, ref RandomStream random) => words[random.NextInt32(words.Length)];
}
