using System.Text;
using CranePipeline.Ingest.Graph;
using CranePipeline.Ingest.Parsing;
using CranePipeline.Ingest.Rows;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Rows;

/// <summary>The vectorised parts beside plain ways to do the same.</summary>
[TestFixture]
public sealed class KernelTests
{
    [FsCheck.NUnit.Property(MaxTest = 300)]
    public void MarksAreSeparatorsAndLineBreaks(byte[] seeds, byte repeat)
    {
        byte[] text =
        [
            .. Enumerable
                .Repeat(seeds, repeat % 20 + 1)
                .SelectMany(part => part)
                .Select(value =>
                    (value % 7) switch
                    {
                        0 => (byte)',',
                        1 => (byte)'\n',
                        _ => value,
                    }
                ),
        ];
        int[] marks = new int[text.Length];
        int count = FieldMarks.Find(text, (byte)',', marks, out bool ascii, out bool plain);
        int[] expected = [.. Enumerable.Range(0, text.Length).Where(at => text[at] is (byte)',' or (byte)'\n')];
        Assert.That(marks[..count].Select(FieldMarks.PlaceOf), Is.EqualTo(expected));
        Assert.That(marks[..count].Select(FieldMarks.IsBreak), Is.EqualTo(expected.Select(at => text[at] == '\n')));
        Assert.That(ascii, Is.EqualTo(text.All(value => value < 128)));
        Assert.That(plain, Is.EqualTo(!text.Contains((byte)'"') && !text.Contains((byte)'\r')));
    }

    [FsCheck.NUnit.Property(MaxTest = 500)]
    public void EightDigitsAreReadAtOnce(uint number, byte place, byte other)
    {
        byte[] text = Encoding.ASCII.GetBytes($"{number % 100_000_000:D8}");
        Assert.That(FieldParser.EightDigits(text, out uint value), Is.True);
        Assert.That(value, Is.EqualTo(number % 100_000_000));
        text[place % 8] = other;
        Assert.That(FieldParser.EightDigits(text, out _), Is.EqualTo(text.All(digit => digit is >= (byte)'0' and <= (byte)'9')));
    }

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
            // A few users with many rows among many with few; every tenth row is one that cannot be packed.
            BitConverter.TryWriteBytes(ids, row % 3 == 0 ? row : row % 5);
            store.Add(UserKey.Inside(ids, 0, 4), new Entry(row, row % 10 == 0 ? 4.25f : 1f, 0, Row.NoLabel));
        }

        bool[] seen = new bool[300_000];
        for (int part = 0; part < RowStore.Parts; part++)
        {
            Assert.That(
                store.CountOf(part),
                Is.EqualTo(See(store.Packed, part, packed: true) + See(store.Other, part, packed: false))
            );
            store.Release(part);
            Assert.That(store.CountOf(part), Is.Zero);
        }

        Assert.That(seen, Is.All.True);

        int See<T>(RowSegments<T> segments, int part, bool packed)
            where T : unmanaged, IUserRow
        {
            int count = 0;
            for (int segment = 0; segment < segments.SegmentsOf(part); segment++)
            {
                foreach (T row in segments.Rows(part, segment))
                {
                    Assert.That(RowStore.PartOf(row.User), Is.EqualTo(part));
                    Assert.That(seen[row.Item], Is.False);
                    Assert.That(row.Entry.Rating, Is.EqualTo(packed ? 1f : 4.25f));
                    seen[row.Item] = true;
                    count++;
                }
            }

            return count;
        }
    }

    [Test]
    public void PackedRowsSayWhatTheyWereMadeOf()
    {
        UserKey user = UserKey.Inside("A2SUAM1J3GNN3B"u8.ToArray(), 0, 14);
        foreach (int item in new[] { Entry.NoItem, 0, 1, (1 << 24) - 2, (1 << 24) - 1, int.MaxValue })
        {
            foreach (float rating in new[] { float.NaN, 0, 0.1f, 4.5f, 6.1f, 6.2f, 4.25f, -1, 1e30f, float.PositiveInfinity })
            {
                foreach (
                    long time in new[] { Row.NoTimestamp, -1000, 0, 1_400_000_000_000, 1_400_000_000_001, 4_294_967_295_000 }
                )
                {
                    foreach (byte label in new byte[] { 0, 1, 2, Row.NoLabel })
                    {
                        Entry entry = new(item, rating, time, label);
                        bool packed = PackedRow.TryPack(user, in entry, out PackedRow row);
                        bool plain =
                            item < (1 << 24) - 1
                            && rating is float.NaN or 0 or 0.1f or 4.5f or 6.1f
                            && time is Row.NoTimestamp or 0 or 1_400_000_000_000;
                        Assert.That(packed, Is.EqualTo(plain), $"{item} {rating} {time} {label}");
                        if (packed)
                        {
                            Assert.That(row.User.Is(in user));
                            Assert.That((row.Item, row.Entry.Item), Is.EqualTo((item, item)));
                            Assert.That(row.Entry.Repeats(in entry), $"{item} {rating} {time} {label}");
                        }
                    }
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
    public void BlocksInUseGatherAtTheBeginning()
    {
        using BlockPool pool = new();
        List<BlockPool.Block> blocks = [.. Enumerable.Range(0, 600).Select(_ => pool.Take())];
        Assert.That(blocks.Select(block => block.Start).Distinct().Count(), Is.EqualTo(600));
        Assert.That(blocks.Select(block => block.Number), Is.EqualTo(Enumerable.Range(0, 600)));
        foreach (int number in new[] { 250, 7, 100 })
        {
            pool.Return(blocks[number]);
        }

        Assert.That(new[] { pool.Take(), pool.Take() }, Is.EqualTo(new[] { blocks[7], blocks[100] }));
        blocks[..250].ForEach(pool.Return);
        pool.Trim();
        // Memory of the blocks still in use is there; new blocks do not lie in it.
        BlockPool.Block next = pool.Take();
        Assert.That(blocks[251..].Select(block => block.Start), Does.Not.Contain(next.Start));
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
