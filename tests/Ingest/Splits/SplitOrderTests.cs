using System.IO.Hashing;
using System.Text;
using CranePipeline.Ingest.Internals;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Splits;

/// <summary>Keys and cuts beside plain ways to the same.</summary>
[TestFixture]
public sealed class SplitOrderTests
{
    private static long Key(long seed, string user, string item) =>
        (long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{seed}|{user}|{item}"), 42);

    /// <summary>Rows of users who have from one to six of the items each.</summary>
    private static (string[] UserIds, string[] ItemIds, Interactions Interactions) Rows(int users, int items)
    {
        Random random = new(3);
        List<(int User, int Item)> rows = [];
        for (int user = 0; user < users; user++)
        {
            rows.AddRange(
                Enumerable
                    .Range(0, random.Next(1, 7))
                    .Select(_ => random.Next(items))
                    .Distinct()
                    .Order()
                    .Select(item => (user, item))
            );
        }

        return (
            [.. Enumerable.Range(0, users).Select(user => $"user{user}")],
            [.. Enumerable.Range(0, items).Select(item => $"item{item}")],
            new Interactions { Users = [.. rows.Select(row => row.User)], Items = [.. rows.Select(row => row.Item)] }
        );
    }

    /// <summary>The rule as it is written: rows sorted by key, then by their own order, and cut.</summary>
    private static SplitPart[] Cut(long[] keys, int firstCut, int secondCut)
    {
        SplitPart[] parts = new SplitPart[keys.Length];
        int rank = 0;
        foreach (int row in Enumerable.Range(0, keys.Length).OrderBy(row => keys[row]).ThenBy(row => row))
        {
            parts[row] = (SplitPart)((rank >= firstCut ? 1 : 0) + (rank >= secondCut ? 1 : 0));
            rank++;
        }

        return parts;
    }

    [Test]
    public void KeysAreHashesOfIdsOfEveryLength([Values(1, 3)] int threads)
    {
        string[] users = [.. Enumerable.Range(0, 70).Select(length => new string('u', length)), "ü€𝄞", new string('é', 17)];
        string[] items = [.. Enumerable.Range(0, 40).Select(length => new string('i', length)), "ö€𝄞", new string('ß', 9)];
        int count = users.Length * items.Length;
        Interactions interactions = new()
        {
            Users = [.. Enumerable.Range(0, count).Select(row => row / items.Length)],
            Items = [.. Enumerable.Range(0, count).Select(row => row % items.Length)],
        };
        foreach (long seed in (long[])[9, 672, -1, long.MinValue, 1234567890123])
        {
            long[] expected =
            [
                .. interactions.Users.Zip(interactions.Items, (user, item) => Key(seed, users[user], items[item])),
            ];
            using RowKeys keys = RowKeys.Of(interactions, users, items, seed, threads, CancellationToken.None);
            Assert.That(keys.Span.ToArray(), Is.EqualTo(expected));
        }
    }

    [Test]
    public void CutsAreExactWhateverTheKeys([Values(1, 7, 5_000, 70_000)] int count, [Values(2, 1_000_000)] int different)
    {
        // Few different keys are ties at every cut; keys of both signs, the highest and the lowest among them.
        Random random = new(count);
        long[] some = [.. Enumerable.Range(0, different).Select(_ => random.NextInt64(long.MinValue, long.MaxValue))];
        long[] keys = [.. Enumerable.Range(0, count).Select(_ => some[random.Next(different)])];
        (keys[0], keys[^1]) = (long.MaxValue, long.MinValue);
        foreach ((int train, int valid) in ((int, int)[])[(8, 1), (8, 0), (8, 2), (1, 8), (0, 1), (0, 0), (10, 0)])
        {
            (int first, int second) = (count * train / 10, count * (train + valid) / 10);
            SplitPart[] expected = Cut(keys, first, second);
            Assert.That(RankCut.Mark(keys, first, second, 1).SequenceEqual(expected), $"{train}:{valid}");
            Assert.That(RankCut.Mark(keys, first, second, 3).SequenceEqual(expected), $"{train}:{valid} by three threads");
        }
    }

    [Test]
    public void ReportsCountWhatThePartsAre([Values] ColdStartUsers coldStartUsers, [Values(1, 3)] int threads)
    {
        (string[] userIds, string[] itemIds, Interactions interactions) = Rows(3_000, 2_000);
        (int[] users, int[] items) = (interactions.Users, interactions.Items);
        SplitOptions options = new() { ColdStartUsers = coldStartUsers, Ratios = [5, 3, 2] };
        foreach (long seed in (long[])[9, 672, -5])
        {
            SplitPart[] rule = Cut(
                [.. users.Zip(items, (user, item) => Key(seed, userIds[user], itemIds[item]))],
                users.Length / 2,
                users.Length * 8 / 10
            );
            HashSet<int> known = [.. users.Where((_, row) => rule[row] == SplitPart.Train)];
            bool drop = coldStartUsers == ColdStartUsers.Drop;
            SplitPart[] expected =
            [
                .. rule.Select((part, row) => drop && !known.Contains(users[row]) ? SplitPart.Dropped : part),
            ];
            SplitResult split = Splitter.Split(interactions, userIds, itemIds, options, seed, threads);
            Assert.That(split.Parts.SequenceEqual(expected));
            HashSet<int> knownItems = [.. items.Where((_, row) => expected[row] == SplitPart.Train)];
            HashSet<int> outside = [.. items.Where((_, row) => expected[row] is SplitPart.Valid or SplitPart.Test)];
            SplitReport report = new()
            {
                Method = SplitMethod.Random,
                Seed = seed,
                Train = expected.Count(part => part == SplitPart.Train),
                Valid = expected.Count(part => part == SplitPart.Valid),
                Test = expected.Count(part => part == SplitPart.Test),
                Dropped = expected.Count(part => part == SplitPart.Dropped),
                ColdStartUsers = users.Except(known).Count(),
                ColdStartInteractions = users.Count(user => !known.Contains(user)),
                EveryUserKnown = drop,
                ColdStartItems = outside.Except(knownItems).Count(),
            };
            Assert.That(report.ColdStartUsers, Is.GreaterThan(100));
            Assert.That(report.ColdStartItems, Is.GreaterThan(20));
            Assert.That(split.Report, Is.EqualTo(report));
        }
    }

    [FsCheck.NUnit.Property(MaxTest = 100)]
    public void APartsRowsAreWrittenInOrder(byte[] values)
    {
        SplitPart[] parts = [.. values.Select(value => (SplitPart)(value % 4))];
        int[] users = [.. Enumerable.Range(0, parts.Length).Select(row => row * 7 - 3)];
        int[] items = [.. users.Select(user => user ^ 5)];
        SplitResult split = new(parts, new SplitReport());
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Root, "part.parquet");
        foreach (SplitPart part in Enum.GetValues<SplitPart>())
        {
            Assert.That(
                split.Write(part, new Interactions { Users = users, Items = items }, path),
                Is.EqualTo(split.Count(part))
            );
            InteractionPairs read = InteractionPairs.Read(path);
            Assert.That(read.Users, Is.EqualTo(users.Where((_, row) => parts[row] == part)));
            Assert.That(read.Items, Is.EqualTo(items.Where((_, row) => parts[row] == part)));
        }
    }
}
