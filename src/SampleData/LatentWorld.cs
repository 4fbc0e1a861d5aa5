using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>
/// What the generated data knows and a recommender has to find out: a topic, a style and a popularity for every item;
/// some topics and a style for every user.
/// </summary>
internal sealed class LatentWorld
{
    private readonly GenerateOptions options;
    private readonly int[] bucketStart;
    private readonly int[] bucketItems;
    private readonly double[] cumulative;
    private readonly double[] allCumulative;

    /// <summary>Draws the world of the options' seed.</summary>
    public LatentWorld(GenerateOptions options)
    {
        this.options = options;
        int items = options.Items;
        var random = new RandomStream(options.Seed, "generate items");
        double[] weights = PowerLaw.Weights(items, 1 + items / 20.0);
        random.Shuffle(weights.AsSpan());
        ItemTopic = new int[items];
        ItemStyle = new int[items];
        for (int item = 0; item < items; item++)
        {
            ItemTopic[item] = random.NextInt32(options.Topics);
            ItemStyle[item] = random.NextInt32(options.Styles);
        }

        UserTopics = new int[options.Users][];
        UserStyle = new int[options.Users];
        var users = new RandomStream(options.Seed, "generate users");
        for (int user = 0; user < options.Users; user++)
        {
            UserTopics[user] = new int[options.Tastes];
            foreach (ref int topic in UserTopics[user].AsSpan())
            {
                topic = users.NextInt32(options.Topics);
            }

            UserStyle[user] = users.NextInt32(options.Styles);
        }

        (bucketStart, bucketItems) = GroupByTopicAndStyle();
        cumulative = new double[items];
        allCumulative = new double[items];
        for (int bucket = 0; bucket + 1 < bucketStart.Length; bucket++)
        {
            double sum = 0;
            for (int at = bucketStart[bucket]; at < bucketStart[bucket + 1]; at++)
            {
                sum += weights[bucketItems[at]];
                cumulative[at] = sum;
            }
        }

        double total = 0;
        for (int item = 0; item < items; item++)
        {
            total += weights[item];
            allCumulative[item] = total;
        }
    }

    /// <summary>Each item's topic.</summary>
    public int[] ItemTopic { get; }

    /// <summary>Each item's style.</summary>
    public int[] ItemStyle { get; }

    /// <summary>Each user's topics, equally preferred; one may stand there twice.</summary>
    public int[][] UserTopics { get; }

    /// <summary>Each user's preferred style.</summary>
    public int[] UserStyle { get; }

    /// <summary>Whether the user would choose the item for its content.</summary>
    public bool Likes(int user, int item) => UserTopics[user].Contains(ItemTopic[item]) && ItemStyle[item] == UserStyle[user];

    /// <summary>Draws an item for a user: by popularity alone with the options' noise, else by topic, style and popularity.</summary>
    public int DrawItem(int user, ref RandomStream random)
    {
        if (random.NextDouble() >= options.Noise)
        {
            int topic = UserTopics[user][random.NextInt32(options.Tastes)];
            int bucket = DrawBucket(topic, UserStyle[user], random.NextDouble());
            if (bucket >= 0)
            {
                ReadOnlySpan<double> sums = cumulative.AsSpan(bucketStart[bucket]..bucketStart[bucket + 1]);
                return bucketItems[bucketStart[bucket] + Find(sums, random.NextDouble())];
            }
        }

        return Find(allCumulative, random.NextDouble());
    }

    private static int Find(ReadOnlySpan<double> sums, double fraction)
    {
        int at = sums.BinarySearch(fraction * sums[^1]);
        return Math.Min(at < 0 ? ~at : at + 1, sums.Length - 1);
    }

    private int DrawBucket(int topic, int preferredStyle, double fraction)
    {
        double total = 0;
        for (int style = 0; style < options.Styles; style++)
        {
            total += Mass(topic, style, preferredStyle);
        }

        double left = fraction * total;
        int last = -1;
        for (int style = 0; style < options.Styles; style++)
        {
            double mass = Mass(topic, style, preferredStyle);
            if (mass > 0)
            {
                last = topic * options.Styles + style;
                left -= mass;
                if (left < 0)
                {
                    break;
                }
            }
        }

        return last;
    }

    private double Mass(int topic, int style, int preferredStyle)
    {
        int bucket = topic * options.Styles + style;
        int end = bucketStart[bucket + 1];
        return end == bucketStart[bucket] ? 0 : cumulative[end - 1] * (style == preferredStyle ? options.StyleStrength : 1);
    }

    private (int[] Start, int[] Items) GroupByTopicAndStyle()
    {
        int[] start = new int[options.Topics * options.Styles + 1];
        for (int item = 0; item < ItemTopic.Length; item++)
        {
            start[ItemTopic[item] * options.Styles + ItemStyle[item] + 1]++;
        }

        for (int bucket = 1; bucket < start.Length; bucket++)
        {
            start[bucket] += start[bucket - 1];
        }

        int[] next = start[..^1];
        int[] grouped = new int[ItemTopic.Length];
        for (int item = 0; item < ItemTopic.Length; item++)
        {
            grouped[next[ItemTopic[item] * options.Styles + ItemStyle[item]]++] = item;
        }

        return (start, grouped);
    }
}
