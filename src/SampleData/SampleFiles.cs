using System.Text;
using CranePipeline.Tensors;

namespace CranePipeline.SampleData;

/// <summary>The three raw files of the <c>sample</c> kind, in the formats of the 2014 Amazon product data (McAuley et al., 2015).</summary>
internal sealed class SampleFiles(GenerateOptions options, LatentWorld world, GeneratedInteractions interactions)
{
    private const int Days = 1_900;
    private const long FirstDay = 14_245; // 2009-01-01, in days since 1970

    private readonly Product[] products = DescribeAll(options, world);
    private readonly IdentifierMaker identifiers = new(options.Seed);

    /// <summary>Reviews, a JSON line each, ordered by item and then by time as the published files are.</summary>
    public void WriteReviews(Stream destination, CancellationToken cancellation)
    {
        (int User, int Item, long Day)[] reviews = OrderedReviews();
        var flaws = new RandomStream(options.Seed, "generate review flaws");
        HashSet<int> twice = Choose(options.DuplicateReviews, reviews.Length, ref flaws);
        HashSet<int> cut = Choose(options.MalformedLines, reviews.Length, ref flaws);
        using var archive = new DeterministicGzip(destination);
        var line = new LineWriter(archive);
        for (int index = 0; index < reviews.Length; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            (int user, int item, long day) = reviews[index];
            WriteReview(line, user, item, day);
            line.End();
            if (twice.Contains(index))
            {
                WriteReview(line, user, item, day);
                line.End();
            }

            if (cut.Contains(index))
            {
                // A line of its own beside the whole one, so that the number of valid reviews stays what was asked for.
                WriteReview(line, user, item, day);
                line.End(0.6);
            }
        }
    }

    /// <summary>Metadata, a Python dict literal a line, ordered by item id.</summary>
    public void WriteMetadata(Stream destination, CancellationToken cancellation)
    {
        var flaws = new RandomStream(options.Seed, "generate metadata flaws");
        HashSet<int> cut = Choose(options.MalformedLines, options.Items, ref flaws);
        using var archive = new DeterministicGzip(destination);
        var line = new LineWriter(archive);
        foreach (int item in ItemsById())
        {
            cancellation.ThrowIfCancellationRequested();
            WriteProduct(line, item);
            line.End();
            if (cut.Contains(item))
            {
                WriteProduct(line, item);
                line.End(0.5);
            }
        }
    }

    /// <summary>Image features: records of ten ASCII bytes and little-endian float32 values; a few items have none.</summary>
    public void WriteImageFeatures(Stream destination, CancellationToken cancellation)
    {
        LatentFeatures features = LatentFeatures.Image(world, options);
        float[] row = new float[features.Width];
        var missing = new RandomStream(options.Seed, "generate missing images");
        foreach (int item in ItemsById())
        {
            cancellation.ThrowIfCancellationRequested();
            if (missing.NextDouble() < options.MissingShare)
            {
                continue;
            }

            features.WriteRectified(item, row);
            destination.Write(Encoding.ASCII.GetBytes(products[item].Asin));
            LittleEndian.Write(destination, row);
        }
    }

    private static Product[] DescribeAll(GenerateOptions options, LatentWorld world)
    {
        var identifiers = new IdentifierMaker(options.Seed);
        Product[] products = new Product[options.Items];
        for (int item = 0; item < products.Length; item++)
        {
            products[item] = Product.Describe(item, world, options, identifiers);
        }

        return products;
    }

    private static HashSet<int> Choose(int count, int bound, ref RandomStream random)
    {
        HashSet<int> chosen = [];
        while (chosen.Count < Math.Min(count, bound))
        {
            chosen.Add(random.NextInt32(bound));
        }

        return chosen;
    }

    private int[] ItemsById()
    {
        int[] order = new int[products.Length];
        string[] ids = new string[products.Length];
        for (int item = 0; item < products.Length; item++)
        {
            order[item] = item;
            ids[item] = products[item].Asin;
        }

        Array.Sort(ids, order, StringComparer.Ordinal);
        return order;
    }

    private (int User, int Item, long Day)[] OrderedReviews()
    {
        int[] rank = new int[products.Length];
        int[] byId = ItemsById();
        for (int place = 0; place < byId.Length; place++)
        {
            rank[byId[place]] = place;
        }

        (int User, int Item, long Day)[] reviews = new (int, int, long)[interactions.Items.Length];
        for (int user = 0; user < interactions.Users; user++)
        {
            var random = new RandomStream(options.Seed, "generate review days", user);
            int joined = random.NextInt32(Days - 200);
            for (int at = interactions.Start[user]; at < interactions.Start[user + 1]; at++)
            {
                reviews[at] = (user, interactions.Items[at], FirstDay + joined + random.NextInt32(Days - joined));
            }
        }

        Array.Sort(reviews, (a, b) => (rank[a.Item], a.Day, a.User).CompareTo((rank[b.Item], b.Day, b.User)));
        return reviews;
    }

    private void WriteReview(LineWriter line, int user, int item, long day)
    {
        var random = new RandomStream(options.Seed, "generate reviews", ((long)user << 32) | (uint)item);
        Product product = products[item];
        TopicVocabulary topic = TopicVocabulary.All[world.ItemTopic[item]];
        int overall = ReviewText.Rating(world.Likes(user, item), ref random);
        line.Raw("{\"reviewerID\": ").Json(identifiers.User(user)).Raw(", \"asin\": ").Json(product.Asin);
        if (random.NextInt32(200) != 0)
        {
            line.Raw(", \"reviewerName\": ").Json(ReviewText.Reviewer(user, options.Seed));
        }

        int votes = random.NextInt32(3) == 0 ? random.NextInt32(12) : 0;
        line.Raw(", \"helpful\": [").Number(votes == 0 ? 0 : random.NextInt32(votes + 1)).Raw(", ").Number(votes);
        line.Raw("], \"reviewText\": ")
            .Json(ReviewText.Body(product, topic, TopicVocabulary.Styles[world.ItemStyle[item]], overall, ref random));
        line.Raw(", \"overall\": ")
            .Number(overall)
            .Raw(".0, \"summary\": ")
            .Json(ReviewText.Summary(product, topic, overall, ref random));
        DateTime date = DateTime.UnixEpoch.AddDays(day);
        line.Raw(", \"unixReviewTime\": ").Number(day * 86_400).Raw(", \"reviewTime\": \"");
        line.Raw(date.Month.ToString("00", null)).Raw(" ").Number(date.Day).Raw(", ").Number(date.Year).Raw("\"}");
    }

    private void WriteProduct(LineWriter line, int item)
    {
        Product product = products[item];
        var random = new RandomStream(options.Seed, "generate catalogue", item);
        line.Raw("{'asin': ").Python(product.Asin);
        if (product.Description is not null)
        {
            line.Raw(", 'description': ").Python(product.Description);
        }

        if (product.Title is not null)
        {
            line.Raw(", 'title': ").Python(product.Title);
        }

        if (random.NextInt32(20) != 0)
        {
            line.Raw(", 'price': ").Number(product.PriceCents / 100).Raw(product.PriceCents % 100 == 49 ? ".49" : ".99");
        }

        line.Raw(", 'imUrl': ").Python($"http://ecx.images-amazon.com/images/I/{random.NextUInt32():x8}._SX300_.jpg");
        line.Raw(", 'related': {'also_viewed': [");
        int related = random.NextInt32(20);
        for (int index = 0; index < related; index++)
        {
            line.Raw(index == 0 ? "" : ", ").Python(products[random.NextInt32(products.Length)].Asin);
        }

        line.Raw("]}, 'salesRank': ")
            .Raw(random.NextInt32(25) == 0 ? "{}" : $"{{'{products[item].Categories[0][0]}': {1 + random.NextInt32(900_000)}}}");
        if (product.Brand is not null)
        {
            line.Raw(", 'brand': ").Python(product.Brand);
        }
        else if (random.NextInt32(4) == 0)
        {
            line.Raw(", 'brand': None");
        }

        line.Raw(", 'categories': [");
        for (int index = 0; index < product.Categories.Count; index++)
        {
            line.Raw(index == 0 ? "[" : ", [");
            for (int level = 0; level < product.Categories[index].Length; level++)
            {
                line.Raw(level == 0 ? "" : ", ").Python(product.Categories[index][level]);
            }

            line.Raw("]");
        }

        line.Raw("]}");
    }
}
