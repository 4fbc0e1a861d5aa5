using System.Text;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Splits;

[TestFixture]
public sealed class SplitterTests
{
    private static IngestResult Interactions(int users, int itemsPerUser, bool times, Func<int, int>? count = null)
    {
        StringBuilder text = new();
        Random random = new(1);
        for (int user = 0; user < users; user++)
        {
            for (int place = 0; place < (count?.Invoke(user) ?? itemsPerUser); place++)
            {
                text.Append($"user{user:D5},item{(place * 37 + user) % 997:D4},5.0");
                text.Append(times ? $",{1_400_000_000 + random.Next(1_000_000)}\n" : "\n");
            }
        }

        using TemporaryFolder folder = new();
        return folder.With("ratings.csv", text.ToString()).Run("ratings.csv");
    }

    private static SplitResult Split(IngestResult data, SplitMethod method, long seed = 9, int threads = 2) =>
        Split(data, new SplitOptions { Method = method }, seed, threads);

    private static SplitResult Split(IngestResult data, SplitOptions options, long seed, int threads = 2) =>
        Splitter.Split(data.Interactions, data.UserIds, data.ItemIds, options, seed, threads);

    private static Dictionary<SplitPart, int> Counts(SplitResult split) =>
        split.Parts.GroupBy(part => part).ToDictionary(group => group.Key, group => group.Count());

    [Test]
    public void RandomEqualsWhatAnIndependentProgramComputes()
    {
        string[][] rows =
        [
            .. File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", "random_split.tsv"))
                .Select(line => line.Split('\t')),
        ];
        using TemporaryFolder folder = new();
        folder.With("pairs.tsv", string.Concat(rows.Reverse().Select(row => $"{row[0]}\t{row[1]}\n")));
        IngestResult data = folder.Run("pairs.tsv");
        Assert.That(data.Interactions.Users, Has.Length.EqualTo(rows.Length));
        long[] seeds = [9, 672, -1234567890123];
        for (int column = 0; column < seeds.Length; column++)
        {
            SplitResult split = Split(data, SplitMethod.Random, seeds[column]);
            Dictionary<(string, string), string> expected = rows.ToDictionary(row => (row[0], row[1]), row => row[2 + column]);
            for (int row = 0; row < data.Interactions.Users.Length; row++)
            {
                (string, string) pair = (data.UserIds[data.Interactions.Users[row]], data.ItemIds[data.Interactions.Items[row]]);
                Assert.That($"{(int)split.Parts[row]}", Is.EqualTo(expected[pair]), $"{pair} under {seeds[column]}");
            }
        }
    }

    [Test]
    public void RandomIsExactlyEightToOneToOne([Values(1, 2, 5, 9, 10, 11, 99, 12_345)] int count)
    {
        IngestResult data = Interactions(count, 1, times: false);
        SplitReport report = Split(data, SplitMethod.Random).Report;
        Assert.That(
            (report.Train, report.Valid, report.Test),
            Is.EqualTo((count * 8 / 10, count * 9 / 10 - count * 8 / 10, count - count * 9 / 10))
        );
    }

    [Test]
    public void SeedsGiveDifferentSplitsAndThreadsTheSame()
    {
        IngestResult data = Interactions(9000, 9, times: false);
        SplitPart[] one = Split(data, SplitMethod.Random, 9, threads: 1).Parts;
        Assert.That(Split(data, SplitMethod.Random, 9, threads: 7).Parts, Is.EqualTo(one));
        SplitPart[] other = Split(data, SplitMethod.Random, 672).Parts;
        double agreement = one.Zip(other, (left, right) => left == right ? 1.0 : 0.0).Average();
        // Two independent 8:1:1 splits agree on 0.8² + 0.1² + 0.1² of their rows.
        Assert.That(agreement, Is.EqualTo(0.66).Within(0.01));
    }

    [Test]
    public void PerUserFollowsMmrec([Values(1, 2, 3, 4, 9, 10, 14, 15, 25, 100)] int count)
    {
        Dictionary<SplitPart, int> parts = Counts(Split(Interactions(7, count, times: false), SplitMethod.PerUser));
        int outside = count switch
        {
            1 => 0,
            2 => 1,
            < 10 => 2,
            _ => count / 5,
        };
        int test = count switch
        {
            1 => 0,
            2 => 1,
            _ => outside / 2,
        };
        Assert.That(parts.GetValueOrDefault(SplitPart.Train), Is.EqualTo(7 * (count - outside)));
        Assert.That(parts.GetValueOrDefault(SplitPart.Test), Is.EqualTo(7 * test));
        Assert.That(parts.GetValueOrDefault(SplitPart.Valid), Is.EqualTo(7 * (outside - test)));
    }

    [Test]
    public void LeaveOneOutTakesTheLastTwoByTime()
    {
        IngestResult data = Interactions(200, 6, times: true);
        SplitPart[] parts = Split(data, SplitMethod.LeaveOneOut).Parts;
        foreach (
            IGrouping<int, int> user in Enumerable
                .Range(0, data.Interactions.Users.Length)
                .GroupBy(row => data.Interactions.Users[row])
        )
        {
            long TimeOf(SplitPart part) =>
                user.Where(row => parts[row] == part).Select(row => data.Interactions.Timestamps![row]!.Value).Single();
            long lastTrain = user.Where(row => parts[row] == SplitPart.Train)
                .Max(row => data.Interactions.Timestamps![row]!.Value);
            Assert.That(TimeOf(SplitPart.Test), Is.GreaterThanOrEqualTo(TimeOf(SplitPart.Valid)));
            Assert.That(TimeOf(SplitPart.Valid), Is.GreaterThanOrEqualTo(lastTrain));
        }
    }

    [Test]
    public void LeaveOneOutWithoutTimesGoesByHash()
    {
        Dictionary<SplitPart, int> parts = Counts(Split(Interactions(50, 6, times: false), SplitMethod.LeaveOneOut));
        Assert.That((parts[SplitPart.Train], parts[SplitPart.Valid], parts[SplitPart.Test]), Is.EqualTo((200, 50, 50)));
    }

    [Test]
    public void GlobalTimeNeverTestsOnThePast()
    {
        IngestResult data = Interactions(300, 7, times: true);
        SplitResult split = Split(data, SplitMethod.GlobalTime);
        long[] Times(SplitPart part) => [.. data.Interactions.Timestamps!.Values.Where((_, row) => split.Parts[row] == part)];
        Assert.That(Times(SplitPart.Train).Max(), Is.LessThanOrEqualTo(Times(SplitPart.Valid).Min()));
        Assert.That(Times(SplitPart.Valid).Max(), Is.LessThanOrEqualTo(Times(SplitPart.Test).Min()));
        Assert.That((split.Report.Train, split.Report.Valid, split.Report.Test), Is.EqualTo((1680, 210, 210)));
    }

    [Test]
    public void UserTimeCutsEveryUserByTime()
    {
        IngestResult data = Interactions(100, 20, times: true);
        SplitPart[] parts = Split(data, SplitMethod.UserTime).Parts;
        foreach (
            IGrouping<int, int> user in Enumerable
                .Range(0, data.Interactions.Users.Length)
                .GroupBy(row => data.Interactions.Users[row])
        )
        {
            SplitPart[] byTime = [.. user.OrderBy(row => data.Interactions.Timestamps![row]!.Value).Select(row => parts[row])];
            Assert.That(byTime.Count(part => part == SplitPart.Train), Is.EqualTo(16));
            Assert.That(byTime.Count(part => part == SplitPart.Valid), Is.EqualTo(2));
            Assert.That(
                user.Where(row => parts[row] == SplitPart.Train).Max(row => data.Interactions.Timestamps![row]!.Value),
                Is.LessThanOrEqualTo(
                    user.Where(row => parts[row] == SplitPart.Test).Min(row => data.Interactions.Timestamps![row]!.Value)
                )
            );
        }
    }

    [Test]
    public void RulesByTimeOrLabelSayWhatTheyMiss()
    {
        IngestResult data = Interactions(5, 5, times: false);
        Assert.That(() => Split(data, SplitMethod.GlobalTime), Throws.TypeOf<InputException>().With.Message.Contains("times"));
        Assert.That(() => Split(data, SplitMethod.UserTime), Throws.TypeOf<InputException>().With.Message.Contains("times"));
        Assert.That(() => Split(data, SplitMethod.Labels), Throws.TypeOf<InputException>().With.Message.Contains("label"));
        Assert.That(
            () => Split(data, new SplitOptions { Ratios = [8, 2] }, 9),
            Throws.TypeOf<InputException>().With.Message.Contains("ratios")
        );
    }

    [Test]
    public void UsersWithoutTrainingAreReportedOrDropped()
    {
        using TemporaryFolder folder = new();
        folder.With("x.inter", "userID\titemID\tx_label\na\t1\t0\na\t2\t2\nb\t1\t2\nb\t3\t1\nc\t1\t\n");
        IngestResult data = folder.Run("x.inter");
        SplitReport kept = Split(data, SplitMethod.Labels).Report;
        Assert.That((kept.Train, kept.Valid, kept.Test, kept.Dropped), Is.EqualTo((1, 1, 2, 1)));
        Assert.That(
            (kept.ColdStartUsers, kept.ColdStartInteractions, kept.EveryUserKnown, kept.ColdStartItems),
            Is.EqualTo((1, 2, false, 2))
        );
        SplitReport dropped = Split(
            data,
            new SplitOptions { Method = SplitMethod.Labels, ColdStartUsers = ColdStartUsers.Drop },
            0
        ).Report;
        Assert.That(
            (dropped.Train, dropped.Valid, dropped.Test, dropped.Dropped, dropped.EveryUserKnown),
            Is.EqualTo((1, 0, 1, 3, true))
        );
    }

    [Test]
    public void ValidationIsTakenFromTrainWhereLabelsGiveNone()
    {
        using TemporaryFolder folder = new();
        IEnumerable<string> rows = Enumerable.Range(0, 400).Select(row => $"u{row / 8}\ti{row % 8}\t{(row % 8 == 7 ? 2 : 0)}\n");
        folder.With("x.inter", "userID\titemID\tx_label\n" + string.Concat(rows));
        IngestResult data = folder.Run("x.inter");
        SplitOptions options = new() { Method = SplitMethod.Labels, ValidFromTrain = 0.1 };
        SplitPart[] labels = Split(data, SplitMethod.Labels).Parts;
        SplitPart[] parts = Split(data, options, seed: 9).Parts;

        Assert.That(parts.Count(part => part == SplitPart.Valid), Is.EqualTo(35), "a tenth of 350, rounded down");
        Assert.That(
            parts.Zip(labels).Where(pair => pair.First != SplitPart.Valid).Select(pair => pair.First == pair.Second),
            Is.All.True,
            "the rest is where its label puts it"
        );
        Assert.That(
            parts.Zip(labels).Where(pair => pair.First == SplitPart.Valid).Select(pair => pair.Second),
            Is.All.EqualTo(SplitPart.Train)
        );
        Assert.That(Split(data, options, seed: 9, threads: 1).Parts, Is.EqualTo(parts));
        Assert.That(Split(data, options, seed: 10).Parts, Is.Not.EqualTo(parts));

        // The rows of the training part that a random split of them would put first.
        long[] first =
        [
            .. Keys(data, 9)
                .Zip(labels)
                .Where(row => row.Second == SplitPart.Train)
                .OrderBy(row => row.First)
                .Take(35)
                .Select(row => row.First),
        ];
        Assert.That(
            Keys(data, 9).Zip(parts).Where(row => row.Second == SplitPart.Valid).Select(row => row.First),
            Is.EquivalentTo(first)
        );
    }

    [Test]
    public void ValidationIsTakenFromNothingElse()
    {
        using TemporaryFolder folder = new();
        folder.With("x.inter", "userID\titemID\tx_label\na\t1\t0\na\t2\t1\nb\t1\t2\n");
        IngestResult data = folder.Run("x.inter");
        Assert.That(
            () => Split(data, new SplitOptions { Method = SplitMethod.Labels, ValidFromTrain = 0.1 }, 9),
            Throws.TypeOf<InputException>().With.Message.Contains("labels give one already")
        );
        Assert.That(
            () => Split(data, new SplitOptions { ValidFromTrain = 0.1 }, 9),
            Throws.TypeOf<InputException>().With.Message.Contains("split.ratios")
        );
    }

    /// <summary>Signed XXH64, seed 42, of "seed|user|item" for every row, as the rule says.</summary>
    private static IEnumerable<long> Keys(IngestResult data, long seed) =>
        data.Interactions.Users.Zip(
            data.Interactions.Items,
            (user, item) =>
                (long)
                    System.IO.Hashing.XxHash64.HashToUInt64(
                        Encoding.UTF8.GetBytes($"{seed}|{data.UserIds[user]}|{data.ItemIds[item]}"),
                        42
                    )
        );

    [Test]
    public void ColumnsOutOfOrderAreRefused()
    {
        Refuses(["x", "y"], [0, 0], [1, 0]);
        Refuses(["x", "y"], [0, 0], [1, 1]);
        Refuses(["x"], [0], [1]);
        Refuses(["x"], [0], []);

        static void Refuses(string[] itemIds, int[] users, int[] items) =>
            Assert.That(
                () => Splitter.Split(new Interactions { Users = users, Items = items }, ["a"], itemIds, new SplitOptions(), 1),
                Throws.ArgumentException
            );
    }
}
