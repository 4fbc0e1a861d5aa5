using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CranePipeline.Ingest.Splits;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Splits;

/// <summary>The vectorised hashing and cutting beside plain ways to do the same.</summary>
[TestFixture]
[SuppressMessage("Security", "CA5351", Justification = "The rule names MD5; nothing is protected by it.")]
public sealed class HashingTests
{
    private static readonly long[] Seeds = [9, 672, -1, 12784, 98765, long.MinValue, 1234567890123, 0, 10];

    private static byte[] Digest(long seed, string user, string item) =>
        MD5.HashData(Encoding.UTF8.GetBytes($"{seed}|{user}|{item}"));

    private static uint Key(byte[] digest) => BinaryPrimitives.ReadUInt32BigEndian(digest);

    /// <summary>Rows of users who have from one to six of the items each.</summary>
    private static (string[] UserIds, string[] ItemIds, int[] Users, int[] Items) Rows(int users, int items)
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
            [.. rows.Select(row => row.User)],
            [.. rows.Select(row => row.Item)]
        );
    }

    /// <summary>All rows sorted by their whole digests.</summary>
    private static int[] Sorted(long seed, (string[] UserIds, string[] ItemIds, int[] Users, int[] Items) rows)
    {
        byte[][] digests = [.. rows.Users.Zip(rows.Items, (user, item) => Digest(seed, rows.UserIds[user], rows.ItemIds[item]))];
        int[] order = [.. Enumerable.Range(0, digests.Length)];
        Array.Sort(order, (x, y) => digests[x].AsSpan().SequenceCompareTo(digests[y]));
        return order;
    }

    private static SplitPart[] Cut(int[] order, int firstCut, int secondCut)
    {
        SplitPart[] parts = new SplitPart[order.Length];
        for (int rank = 0; rank < order.Length; rank++)
        {
            parts[order[rank]] = (SplitPart)((rank >= firstCut ? 1 : 0) + (rank >= secondCut ? 1 : 0));
        }

        return parts;
    }

    [Test]
    public void KeysAreMd5OfIdsOfEveryLength()
    {
        int[] lengths = [.. Enumerable.Range(0, 58), 70];
        string[] users = [.. lengths.Select(length => new string('u', length)), "ü€𝄞", new string('é', 17)];
        string[] items = [.. lengths.Select(length => new string('i', length)), "ö€𝄞", new string('ß', 9), "half \ud800"];
        int[] rowUsers = [.. Enumerable.Range(0, users.Length * items.Length).Select(row => row / items.Length)];
        int[] rowItems = [.. Enumerable.Range(0, users.Length * items.Length).Select(row => row % items.Length)];
        using RowHasher hasher = new(users, items, rowUsers, rowItems);
        foreach (long seed in Seeds)
        {
            using HashOrder order = HashOrder.Of(hasher, seed, rowUsers.Length, threads: 1, CancellationToken.None);
            for (int row = 0; row < rowUsers.Length; row++)
            {
                (string user, string item) = (users[rowUsers[row]], items[rowItems[row]]);
                if (order.Keys[row] != Key(Digest(seed, user, item)))
                {
                    Assert.Fail($"The key of {seed}|{user}|{item} is {order.Keys[row]:X8}.");
                }
            }
        }
    }

    [Test]
    public void KeysOfSeveralSeedsAreThoseOfEach([Values(1, 2, 239, 240, 241, 20_000)] int users, [Values(1, 3)] int threads)
    {
        (string[] UserIds, string[] ItemIds, int[] Users, int[] Items) rows = Rows(users, 500);
        uint[][] keys = [.. Seeds.Select(_ => new uint[rows.Users.Length])];
        using RowHasher hasher = new(rows.UserIds, rows.ItemIds, rows.Users, rows.Items);
        int ended = 0;
        hasher.Run(Seeds, () => new Keeper(keys), _ => ended++, threads, CancellationToken.None);
        Assert.That(ended, Is.GreaterThan(0));
        for (int seed = 0; seed < Seeds.Length; seed++)
        {
            // Every row at the ends, some between.
            for (int row = 0; row < rows.Users.Length; row += row < 500 || row > rows.Users.Length - 500 ? 1 : 97)
            {
                byte[] digest = Digest(Seeds[seed], rows.UserIds[rows.Users[row]], rows.ItemIds[rows.Items[row]]);
                if (keys[seed][row] != Key(digest))
                {
                    Assert.Fail($"The key of row {row} under {Seeds[seed]} is {keys[seed][row]:X8}.");
                }
            }
        }
    }

    [Test]
    public void CutsAreExactWithinTheirWindowsAndOutside()
    {
        (string[] UserIds, string[] ItemIds, int[] Users, int[] Items) rows = Rows(6_000, 500);
        int count = rows.Users.Length;
        int[][] orders = [.. Seeds.Select(seed => Sorted(seed, rows))];
        using RowHasher hasher = new(rows.UserIds, rows.ItemIds, rows.Users, rows.Items);
        (int Train, int Valid)[] ratios = [(8, 1), (8, 0), (8, 2), (1, 8), (5, 5), (0, 1), (0, 0), (10, 0)];
        foreach ((int train, int valid) in ratios)
        {
            foreach (double deviations in (double[])[6, 0])
            {
                (int first, int second) = (count * train / 10, count * (train + valid) / 10);
                SplitPart[][] parts = [.. Seeds.Select(_ => new SplitPart[count])];
                int again = RankCut.Mark(hasher, Seeds, first, second, parts, 2, CancellationToken.None, deviations);
                // Without deviations the windows are sixteen ranks to each side; cuts deviate by more, but none at an end deviates at all.
                bool atEnds = (first == 0 || first == count) && (second == 0 || second == count);
                Assert.That(again, deviations > 0 || atEnds ? Is.Zero : Is.GreaterThan(0), $"{train}:{valid}");
                for (int seed = 0; seed < Seeds.Length; seed++)
                {
                    Assert.That(
                        parts[seed].SequenceEqual(Cut(orders[seed], first, second)),
                        $"{train}:{valid}, seed {Seeds[seed]}, {deviations} deviations"
                    );
                }
            }
        }
    }

    [Test]
    public void WindowsAreApartOrOne([Values(1, 10, 1_000, 1_000_000)] int count)
    {
        for (int first = 0; first <= 10; first++)
        {
            for (int second = first; second <= 10; second++)
            {
                CutWindows windows = CutWindows.About(
                    count,
                    (int)((long)count * first / 10),
                    (int)((long)count * second / 10),
                    deviations: 6
                );
                Assert.That(windows.First == windows.Second || windows.First.Last < windows.Second.From);
                Assert.That(windows.First.From, Is.LessThanOrEqualTo(windows.First.Last));
                Assert.That(windows.Second.From, Is.LessThanOrEqualTo(windows.Second.Last));
            }
        }
    }

    [Test]
    public void EqualKeysAtACutAreOrderedByTheWholeDigest()
    {
        const long Seed = 9;
        string[] userIds = ["u"];
        string[] itemIds = [.. Enumerable.Range(0, 200_000).Select(item => $"item{item}")];
        int[] users = new int[itemIds.Length];
        int[] items = [.. Enumerable.Range(0, itemIds.Length)];
        byte[][] digests = [.. itemIds.Select(item => Digest(Seed, "u", item))];
        int[] order = [.. items];
        Array.Sort(order, (x, y) => digests[x].AsSpan().SequenceCompareTo(digests[y]));
        int[] ties =
        [
            .. Enumerable.Range(1, order.Length - 1).Where(rank => Key(digests[order[rank - 1]]) == Key(digests[order[rank]])),
        ];
        Assert.That(ties, Is.Not.Empty);
        // Where rows order as their digests do, no order by digest would be missed.
        Assert.That(ties.Any(rank => order[rank - 1] > order[rank]), Is.True);
        foreach (int cut in ties)
        {
            SplitPart[] parts = Splitter
                .Split(
                    userIds,
                    itemIds,
                    users,
                    items,
                    null,
                    null,
                    new SplitOptions { Ratios = [cut, 0, order.Length - cut] },
                    Seed,
                    threads: 2
                )
                .Parts;
            Assert.That((parts[order[cut - 1]], parts[order[cut]]), Is.EqualTo((SplitPart.Train, SplitPart.Test)));
        }
    }

    [Test]
    public void ReportsCountWhatThePartsAre([Values] ColdStartUsers coldStartUsers, [Values(1, 3)] int threads)
    {
        (string[] userIds, string[] itemIds, int[] users, int[] items) = Rows(3_000, 2_000);
        SplitOptions options = new() { ColdStartUsers = coldStartUsers, Ratios = [5, 3, 2] };
        IngestResult data = Data(userIds, itemIds, users, items);
        foreach (SplitResult split in Splitter.Split(data, options, Seeds, threads))
        {
            SplitPart[] rule = Cut(
                Sorted(split.Report.Seed, (userIds, itemIds, users, items)),
                users.Length / 2,
                users.Length * 8 / 10
            );
            HashSet<int> known = [.. users.Where((_, row) => rule[row] == SplitPart.Train)];
            bool drop = coldStartUsers == ColdStartUsers.Drop;
            SplitPart[] expected =
            [
                .. rule.Select((part, row) => drop && !known.Contains(users[row]) ? SplitPart.Dropped : part),
            ];
            Assert.That(split.Parts.SequenceEqual(expected));
            HashSet<int> knownItems = [.. items.Where((_, row) => expected[row] == SplitPart.Train)];
            HashSet<int> outside = [.. items.Where((_, row) => expected[row] is SplitPart.Valid or SplitPart.Test)];
            SplitReport report = new()
            {
                Method = SplitMethod.Random,
                Seed = split.Report.Seed,
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

    private static IngestResult Data(string[] userIds, string[] itemIds, int[] users, int[] items) =>
        new()
        {
            UserIds = userIds,
            ItemIds = itemIds,
            Users = users,
            Items = items,
            Ratings = null,
            Timestamps = null,
            Labels = null,
            Statistics = null!,
            Quarantine = [],
            Sources = [],
        };

    private sealed class Keeper(uint[][] all) : IKeyTaker
    {
        public void Take(int seed, int first, ReadOnlySpan<uint> keys) => keys.CopyTo(all[seed].AsSpan(first));
    }
}
