using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests;

[TestFixture]
public sealed class KCoreTests
{
    private static IngestResult? Run(
        IEnumerable<(int User, int Item)> pairs,
        int minUser,
        int minItem,
        bool iterate = true,
        int threads = 2
    )
    {
        StringBuilder text = new();
        foreach ((int user, int item) in pairs)
        {
            text.Append('u').Append(user).Append('\t').Append('i').Append(item).Append('\n');
        }

        using TemporaryFolder folder = new();
        folder.With("pairs.tsv", text.ToString());
        try
        {
            return folder.Run(
                new InteractionSource { Path = "pairs.tsv", Separator = "\\t" },
                options => options with { MinUserInteractions = minUser, MinItemInteractions = minItem, Iterate = iterate },
                threads
            );
        }
        catch (Tables.InputException error) when (error.Message.StartsWith("no interaction is left", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>The core as its definition says: drop whoever is below, again and again.</summary>
    private static HashSet<(string, string)> Naive(
        IEnumerable<(int User, int Item)> pairs,
        int minUser,
        int minItem,
        bool iterate
    )
    {
        HashSet<(int User, int Item)> left = [.. pairs];
        while (true)
        {
            Dictionary<int, int> users = left.GroupBy(pair => pair.User).ToDictionary(group => group.Key, group => group.Count());
            Dictionary<int, int> items = left.GroupBy(pair => pair.Item).ToDictionary(group => group.Key, group => group.Count());
            int removed = left.RemoveWhere(pair => users[pair.User] < minUser || items[pair.Item] < minItem);
            if (removed == 0 || !iterate)
            {
                return [.. left.Select(pair => ($"u{pair.User}", $"i{pair.Item}"))];
            }
        }
    }

    private static HashSet<(string, string)> Pairs(IngestResult? result) =>
        result is null
            ? []
            :
            [
                .. result.Interactions.Users.Zip(
                    result.Interactions.Items,
                    (user, item) => (result.UserIds[user], result.ItemIds[item])
                ),
            ];

    [TestCase(4, 4, true)]
    [TestCase(2, 3, true)]
    [TestCase(3, 0, true)]
    [TestCase(0, 3, true)]
    [TestCase(3, 3, false)]
    public void EqualsTheDefinition(int minUser, int minItem, bool iterate)
    {
        Gen<(int, int)[]> graphs =
            from size in Gen.Choose(1, 300)
            from spread in Gen.Choose(3, 60)
            from pairs in Gen.ArrayOf(
                Gen.Choose(0, spread).SelectMany(user => Gen.Choose(0, spread / 2).Select(item => (user, item))),
                size
            )
            select pairs;
        Prop.ForAll(
                graphs.ToArbitrary(),
                pairs => Pairs(Run(pairs, minUser, minItem, iterate)).SetEquals(Naive(pairs, minUser, minItem, iterate))
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(11, 13));
    }

    [Test]
    public void IsAFixedPointAndIndependentOfOrderAndThreads()
    {
        Random random = new(3);
        (int, int)[] pairs =
        [
            .. Enumerable
                .Range(0, 20_000)
                .Select(_ => ((int)(3000 * Math.Pow(random.NextDouble(), 2)), (int)(900 * Math.Pow(random.NextDouble(), 2)))),
        ];
        IngestResult core = Run(pairs, 4, 4)!;
        string expected = ResultText.Of(core);
        random.Shuffle(pairs);
        Assert.That(ResultText.Of(Run(pairs, 4, 4, threads: 1)!), Is.EqualTo(expected));
        Assert.That(ResultText.Of(Run(pairs.Reverse(), 4, 4, threads: 5)!), Is.EqualTo(expected));
        Assert.That(core.Statistics.UserDegrees.Min(bar => bar.Degree), Is.GreaterThanOrEqualTo(4));
        Assert.That(core.Statistics.ItemDegrees.Min(bar => bar.Degree), Is.GreaterThanOrEqualTo(4));
        Assert.That(
            core.Statistics.UserDegrees.Sum(bar => (long)bar.Degree * bar.Count),
            Is.EqualTo(core.Interactions.Users.Length)
        );
    }

    [Test]
    public void ALongChainUnravelsToTheEnd()
    {
        // Every removal brings exactly one more node below the limit, so repeated scans would take as many passes as there are nodes.
        List<(int, int)> pairs = [];
        for (int node = 0; node < 20_000; node++)
        {
            pairs.Add((node, node));
            pairs.Add((node, node + 1));
        }

        pairs.AddRange([(90_000, 90_000), (90_000, 90_001), (90_001, 90_000), (90_001, 90_001)]);
        Assert.That(Run(pairs, 2, 2)!.Interactions.Users, Has.Length.EqualTo(4));
    }

    [Test]
    public void IdsAreRanksOfRawIdsInUtf8ByteOrder()
    {
        // U+FFFD sorts before U+10000 in UTF-8, behind it in UTF-16; "a" before "a\0"-like longer ones; "10" before "9".
        string[] raw = ["\U00010000", "\uFFFD", "9", "10", "abcdefgh", "abcdefghi", "abcdefgha", "é", "z", "Z"];
        using TemporaryFolder folder = new();
        folder.With("x.csv", string.Concat(raw.Select(id => $"{id},same\n")));
        string[] ids = folder.Run("x.csv").UserIds;
        Assert.That(ids, Is.EqualTo(raw.OrderBy(id => Convert.ToHexString(Encoding.UTF8.GetBytes(id)), StringComparer.Ordinal)));
    }
}
