using System.IO.Compression;
using System.Text.Json;
using CranePipeline.SampleData;
using NUnit.Framework;

namespace CranePipeline.SampleData.Tests;

/// <summary>The sample as a recommender sees it, read back with nothing of the generator's.</summary>
[TestFixture]
public sealed class SampleTests : IDisposable
{
    private static readonly GenerateOptions Options = new() { ImageWidth = 256 };

    private ScratchFolder folder = null!;
    private List<(string User, string Item, string Text)> reviews = null!;
    private Dictionary<string, float[]> images = null!;
    private int malformed;

    [OneTimeSetUp]
    public void Generate()
    {
        folder = new ScratchFolder();
        GeneratedData data = Generator.Run(Options, folder.Path, threads: 2);
        (reviews, malformed) = ReadReviews(data.Files[0].Path);
        images = ReadImages(data.Files[2].Path);
    }

    public void Dispose() => folder.Dispose();

    [Test]
    public void CountsAreThoseAskedFor()
    {
        Assert.That(reviews, Has.Count.EqualTo(Options.Interactions + Options.DuplicateReviews));
        Assert.That(reviews.Select(review => (review.User, review.Item)).Distinct().Count(), Is.EqualTo(Options.Interactions));
        Assert.That(reviews.Select(review => review.User).Distinct().Count(), Is.EqualTo(Options.Users));
        Assert.That(reviews.Select(review => review.Item).Distinct().Count(), Is.EqualTo(Options.Items));
        Assert.That(malformed, Is.EqualTo(Options.MalformedLines));
        Assert.That(malformed, Is.LessThan(0.01 * reviews.Count));
    }

    [Test]
    public void PopularityFollowsAPowerLaw()
    {
        int[] degrees = [.. reviews.GroupBy(review => review.Item).Select(group => group.Count()).OrderDescending()];
        int head = degrees.Take(degrees.Length / 5).Sum();
        Assert.That((double)head / reviews.Count, Is.InRange(0.4, 0.7), "share of the most popular fifth");
        Assert.That(degrees[^1], Is.InRange(2, 5));
    }

    [Test]
    public void ImagesAreMissingForAFewItemsOnly()
    {
        Assert.That(images, Has.Count.InRange(Options.Items * 0.93, Options.Items - 1.0));
        Assert.That(reviews.Select(review => review.Item), Is.SupersetOf(images.Keys));
        Assert.That(images.Values.SelectMany(row => row).Min(), Is.EqualTo(0f), "rectified");
    }

    /// <summary>
    /// The same measure as the published Baby set's neighbours, which are bought together four to six times as often as chance has
    /// it.
    /// </summary>
    [Test]
    public void ItemsThatLookAlikeAreBoughtTogether()
    {
        (double neighbours, double chance) = BoughtTogether(images);
        Assert.That(neighbours, Is.GreaterThan(1.6 * chance));
    }

    [Test]
    public void ItemsWrittenAboutAlikeAreBoughtTogether()
    {
        var words = new Dictionary<string, int>();
        var texts = new Dictionary<string, float[]>();
        foreach (var group in reviews.GroupBy(review => review.Item))
        {
            float[] counts = new float[4_096];
            foreach (string word in group.SelectMany(review => review.Text.Split(' ', '.', ',')).Where(word => word.Length > 5))
            {
                counts[words.TryGetValue(word, out int known) ? known : words[word] = words.Count] = 1;
            }

            texts[group.Key] = counts;
        }

        (double neighbours, double chance) = BoughtTogether(texts);
        Assert.That(neighbours, Is.GreaterThan(1.6 * chance));
    }

    /// <summary>Share of pairs that some user bought both of: an item and its five nearest by cosine; any two items.</summary>
    private (double Neighbours, double Chance) BoughtTogether(Dictionary<string, float[]> features)
    {
        string[] items = [.. features.Keys.Order(StringComparer.Ordinal).Take(400)];
        ILookup<string, string> buyers = reviews.ToLookup(review => review.Item, review => review.User);
        HashSet<string>[] sets = [.. items.Select(item => buyers[item].ToHashSet())];
        (int near, int nearTogether, int any, int anyTogether) = (0, 0, 0, 0);
        for (int item = 0; item < items.Length; item++)
        {
            int self = item;
            int[] others = [.. Enumerable.Range(0, items.Length).Where(other => other != self)];
            any += others.Length;
            anyTogether += others.Count(other => sets[self].Overlaps(sets[other]));
            int[] nearest = [.. others.OrderByDescending(other => Cosine(features[items[self]], features[items[other]])).Take(5)];
            near += nearest.Length;
            nearTogether += nearest.Count(other => sets[self].Overlaps(sets[other]));
        }

        return ((double)nearTogether / near, (double)anyTogether / any);
    }

    private static double Cosine(float[] a, float[] b)
    {
        (double dot, double left, double right) = (0, 1e-9, 1e-9);
        for (int column = 0; column < a.Length; column++)
        {
            dot += a[column] * b[column];
            left += a[column] * a[column];
            right += b[column] * b[column];
        }

        return dot / Math.Sqrt(left * right);
    }

    private static (List<(string, string, string)>, int) ReadReviews(string path)
    {
        List<(string, string, string)> reviews = [];
        int malformed = 0;
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                JsonElement root = json.RootElement;
                Assert.That(root.GetProperty("overall").GetDouble(), Is.InRange(1, 5));
                Assert.That(root.GetProperty("helpful").GetArrayLength(), Is.EqualTo(2));
                var date = DateTimeOffset.FromUnixTimeSeconds(root.GetProperty("unixReviewTime").GetInt64());
                Assert.That(root.GetProperty("reviewTime").GetString(), Is.EqualTo($"{date:MM} {date.Day}, {date.Year}"));
                Assert.That(date.Year, Is.InRange(2009, 2014));
                reviews.Add(
                    (
                        root.GetProperty("reviewerID").GetString()!,
                        root.GetProperty("asin").GetString()!,
                        root.GetProperty("reviewText").GetString()!
                    )
                );
            }
            catch (JsonException)
            {
                malformed++;
            }
        }

        return (reviews, malformed);
    }

    private static Dictionary<string, float[]> ReadImages(string path)
    {
        Dictionary<string, float[]> images = [];
        using var reader = new BinaryReader(File.OpenRead(path));
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            string asin = System.Text.Encoding.ASCII.GetString(reader.ReadBytes(10));
            float[] row = new float[Options.ImageWidth];
            for (int column = 0; column < row.Length; column++)
            {
                row[column] = reader.ReadSingle();
            }

            images.Add(asin, row);
        }

        return images;
    }
}
