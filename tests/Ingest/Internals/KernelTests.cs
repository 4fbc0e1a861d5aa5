using System.Text;
using CranePipeline.Ingest.Internals;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Internals;

/// <summary>The vectorised parts beside plain ways to do the same.</summary>
[TestFixture]
public sealed class KernelTests
{
    [Test]
    public void UserKeysAreEqualWhereIdsAre()
    {
        string[] ids = ["", "A", "B", "A\0", "\0", "\0\0", "AB", "fourteen bytes", "fifteen bytes!!", "fifteen bytes!?"];
        foreach (string left in ids)
        {
            foreach (string right in ids)
            {
                // Once with other text behind it and once at the end of its buffer.
                byte[] first = Encoding.ASCII.GetBytes(left + ",and more text behind");
                byte[] second = Encoding.ASCII.GetBytes("before," + right);
                UserKey one = UserKey.Inside(first, 0, left.Length);
                UserKey two = UserKey.Inside(second, 7, right.Length);
                Assert.That(one.Is(in two), Is.EqualTo(left == right), $"'{left}' and '{right}'");
                Assert.That((one.Number, one.Length), Is.EqualTo((-1, left.Length)));
                Assert.That(left != right || one.Hash == two.Hash, Is.True);
            }
        }

        Assert.That(UserKey.Of(7).Number, Is.EqualTo(7));
        Assert.That(UserKey.Of(7).Is(UserKey.Of(8)), Is.False);
    }

    [Test]
    public void StoresGiveBackEveryRow()
    {
        using BlockPool pool = new();
        using RowStore store = new(new IdTable(), pool);
        byte[] ids = new byte[64];
        for (int row = 0; row < 300_000; row++)
        {
            // A few users with many rows among many with few.
            BitConverter.TryWriteBytes(ids, row % 3 == 0 ? row : row % 5);
            store.Add(new UserRow(UserKey.Inside(ids, 0, 4), new Entry(row, 1f, row, null)));
        }

        Assert.That(store.Count, Is.EqualTo(300_000));
        bool[] seen = new bool[300_000];
        for (int part = 0; part < RowStore.Parts; part++)
        {
            int count = 0;
            for (int block = 0; block < store.BlocksOf(part); block++)
            {
                foreach (UserRow row in store.Rows(part, block))
                {
                    Assert.That(RowStore.PartOf(in row.User), Is.EqualTo(part));
                    Assert.That(seen[row.Entry.Item], Is.False);
                    Assert.That(row.Entry.Timestamp, Is.EqualTo(row.Entry.Item));
                    seen[row.Entry.Item] = true;
                    count++;
                }
            }

            Assert.That(store.CountOf(part), Is.EqualTo(count));
            store.Release(part);
            Assert.That(store.CountOf(part), Is.Zero);
        }

        Assert.That(seen, Is.All.True);
    }

    [Test]
    public void EntriesSayWhatTheyWereMadeOf()
    {
        foreach (float? rating in new float?[] { null, 0, 0.1f, 4.25f, -1, 1e30f })
        {
            foreach (long? time in new long?[] { null, -1000, 0, 7, 1_400_000_000_001, 253_402_300_799_999 })
            {
                foreach (byte? label in new byte?[] { null, 0, 1, 2 })
                {
                    Entry entry = new(5, rating, time, label);
                    Assert.That((entry.Item, entry.Rating, entry.Timestamp, entry.Label), Is.EqualTo((5, rating, time, label)));
                }
            }
        }
    }

    [Test]
    public void IdsAreNumberedByArrival([Values] bool anotherTable)
    {
        // Every length about those that lie in a slot and those that do not; zeros at the end make other ids.
        Random random = new(9);
        Dictionary<string, int> expected = [];
        using IdTable table = new();
        using IdTable copy = new();
        for (int round = 0; round < 60_000; round++)
        {
            byte[] id = new byte[random.Next(1, 30)];
            id.AsSpan().Fill((byte)'x');
            BitConverter.TryWriteBytes(id.AsSpan(random.Next(id.Length)), (short)random.Next(300));
            IdSlot slot = IdTable.SlotOf(id, out uint hash);
            int number = table.Number(in slot, hash, id);
            string text = Encoding.Latin1.GetString(id);
            Assert.That(number, Is.EqualTo(expected.TryGetValue(text, out int known) ? known : expected.Count));
            expected.TryAdd(text, number);
        }

        int[] numbers = anotherTable ? copy.Intern(table) : [.. Enumerable.Range(0, table.Count)];
        foreach ((string text, int number) in expected)
        {
            ReadOnlySpan<byte> id = anotherTable ? copy[numbers[number]] : table[number];
            Assert.That(Encoding.Latin1.GetString(id), Is.EqualTo(text));
        }

        Assert.That(table.Count, Is.EqualTo(expected.Count).And.GreaterThan(5000));
    }

    [Test]
    public void BucketsFollowOneAnother([Values(100, 5_000, 100_000)] int count, [Values(10, 1_000_000)] int different)
    {
        Random random = new(5);
        ulong[] before = [.. Enumerable.Range(0, count).Select(_ => (ulong)random.Next(different) << 20)];
        ulong[] keys = [.. before];
        int[] values = [.. Enumerable.Range(0, count)];
        int[] bounds = PrefixBuckets.Sort(ref keys, ref values, threads: 3);
        Assert.That((bounds[0], bounds[^1]), Is.EqualTo((0, count)));
        Assert.That(values.Order(), Is.EqualTo(Enumerable.Range(0, count)));
        ulong highest = 0;
        for (int bucket = 0; bucket + 1 < bounds.Length; bucket++)
        {
            ulong bucketHighest = highest;
            for (int at = bounds[bucket]; at < bounds[bucket + 1]; at++)
            {
                Assert.That(keys[at], Is.EqualTo(before[values[at]]));
                Assert.That(keys[at] > highest || bounds[bucket] == 0 || highest == 0, Is.True);
                bucketHighest = Math.Max(bucketHighest, keys[at]);
            }

            highest = bucketHighest;
        }
    }

    [Test]
    public void IdsOfEveryLengthAreNumberedInTheirOrder([Values(1, 3)] int threads)
    {
        // Shared beginnings of eight bytes and more, and lengths on both sides of what a key holds.
        Random random = new(11);
        SortedSet<string> users = new(StringComparer.Ordinal);
        while (users.Count < 6_000)
        {
            users.Add("shared beginning of ids"[..random.Next(1, 23)] + random.Next(100_000));
        }

        string[] shuffled = [.. users];
        random.Shuffle(shuffled);
        StringBuilder text = new();
        foreach (string user in shuffled.Concat(shuffled))
        {
            text.Append(user).Append('\t').Append('i').Append(user.Length).Append('\n');
        }

        using TemporaryFolder folder = new();
        folder.With("pairs.tsv", text.ToString());
        IngestResult result = folder.Run("pairs.tsv", threads: threads);
        Assert.That(result.UserIds, Is.EqualTo(users));
        Assert.That(result.Interactions.Users, Is.EqualTo(Enumerable.Range(0, users.Count)));
        Assert.That(
            result.Interactions.Items.Select(item => result.ItemIds[item]),
            Is.EqualTo(users.Select(user => $"i{user.Length}"))
        );
        Assert.That(result.Statistics.ExactDuplicates, Is.EqualTo(users.Count));
    }

    [Test]
    public void UsersOfLowRatingsAloneCountAsRawUsersOnly()
    {
        using TemporaryFolder folder = new();
        folder.With("ratings.csv", "a,x,5.0,1400000000\nb,x,1.0,1400000000\na,y,1.0,1400000001\nb,y,2.0,1400000002\n");
        IngestResult result = folder.Run("ratings.csv", options => options with { MinRating = 3 });
        Assert.That(result.UserIds, Is.EqualTo(new[] { "a" }));
        Assert.That(
            (result.Statistics.RawUsers, result.Statistics.BelowMinRating, result.Statistics.Interactions),
            Is.EqualTo((2, 3, 1))
        );
    }
}
