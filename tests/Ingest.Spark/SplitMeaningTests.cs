using CranePipeline.Ingest.Tests;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests;

/// <summary>What the plan of a split means, told by running it in DuckDB: the local engine's parts, row for row.</summary>
public sealed class SplitMeaningTests
{
    private static readonly SplitMethod[] Methods = Enum.GetValues<SplitMethod>();

    [Test]
    public void Interactions_with_many_ties_are_split_alike([ValueSource(nameof(Methods))] SplitMethod method)
    {
        // Fewer than 2^16 times, so that a stretch is one time and a cut falls among equal ones.
        IngestResult generated = Generate(new Random(5), users: 300, rows: 6000, times: 40, withoutTime: 0.1);
        foreach (IReadOnlyList<int> ratios in new IReadOnlyList<int>[] { [8, 1, 1], [7, 0, 3], [1, 0, 0], [3, 2, 2] })
        {
            SplitResult split = IngestEquality.Check(generated, new SplitOptions { Method = method, Ratios = ratios }, seed: 9);
            Assert.That(split.Report.Train, Is.Positive);
        }
    }

    [Test]
    public void Times_over_many_years_are_split_alike(
        [Values(SplitMethod.GlobalTime, SplitMethod.UserTime, SplitMethod.LeaveOneOut)] SplitMethod method
    )
    {
        IngestResult generated = Generate(new Random(6), users: 100, rows: 3000, times: 1 << 30, withoutTime: 0);
        IngestEquality.Check(generated, new SplitOptions { Method = method }, seed: 672);
    }

    [Test]
    public void Interactions_without_any_time_are_split_alike(
        [Values(SplitMethod.Random, SplitMethod.LeaveOneOut)] SplitMethod method
    )
    {
        IngestResult generated = Generate(new Random(7), users: 30, rows: 200, times: 1, withoutTime: 1);
        IngestEquality.Check(generated, new SplitOptions { Method = method, ColdStartUsers = ColdStartUsers.Drop }, seed: 2023);
    }

    [Test]
    public void A_handful_is_split_alike([ValueSource(nameof(Methods))] SplitMethod method, [Values(1, 2, 3, 9)] int rows)
    {
        IngestResult generated = Generate(new Random(rows), users: 2, rows, times: 3, withoutTime: 0);
        IngestEquality.Check(generated, new SplitOptions { Method = method }, seed: 0);
    }

    [Test]
    public void Real_data_are_split_alike()
    {
        IngestResult ingest = Ingestor.Run(
            new IngestOptions { Interactions = [new InteractionSource { Path = "amazon2014/reviews_Digital_Music_5.json.gz" }] },
            SharedData.Folder(),
            threads: 2
        );
        foreach (SplitMethod method in Methods.Where(method => method != SplitMethod.Labels))
        {
            IngestEquality.Check(ingest, new SplitOptions { Method = method }, seed: 9);
            IngestEquality.Check(ingest, new SplitOptions { Method = method }, seed: 5368);
        }
    }

    [Test]
    public void What_a_rule_needs_is_asked_before_the_cluster()
    {
        IngestResult untimed = Generate(new Random(7), users: 30, rows: 200, times: 1, withoutTime: 1);
        foreach (SplitMethod method in new[] { SplitMethod.UserTime, SplitMethod.GlobalTime })
        {
            Assert.That(
                () => IngestEquality.Check(untimed, new SplitOptions { Method = method }, seed: 1),
                Throws.TypeOf<InputException>().With.Message.Contains("needs times")
            );
        }
    }

    private static IngestResult Generate(Random random, int users, int rows, int times, double withoutTime)
    {
        string[] userIds = [.. Enumerable.Range(0, users).Select(user => $"ü{user:D4}")];
        int itemCount = Math.Max(4, rows / users * 4);
        string[] itemIds = [.. Enumerable.Range(0, itemCount).Select(item => $"物{item:D4}")];
        HashSet<(int User, int Item)> pairs = [];
        while (pairs.Count < Math.Min(rows, users * itemCount))
        {
            pairs.Add((random.Next(users), random.Next(itemCount)));
        }

        (int User, int Item)[] sorted = [.. pairs.Order()];
        bool[] timed = [.. sorted.Select(_ => random.NextDouble() >= withoutTime)];
        bool[] labelled = [.. sorted.Select((_, row) => row == 0 || random.Next(5) > 0)];
        return new IngestResult
        {
            UserIds = userIds,
            ItemIds = itemIds,
            Interactions = new Interactions
            {
                Users = [.. sorted.Select(pair => pair.User)],
                Items = [.. sorted.Select(pair => pair.Item)],
                Timestamps = timed.Contains(true)
                    ? new OptionalColumn<long>(
                        [.. timed.Select(there => there ? 1_000_000_000_000L + random.Next(times) * 1000L : 0)],
                        timed
                    )
                    : null,
                Labels = new OptionalColumn<byte>(
                    [.. labelled.Select((there, row) => (byte)(there && row > 0 ? random.Next(3) : 0))],
                    labelled
                ),
            },
            Statistics = new IngestStatistics
            {
                Quarantined = new Dictionary<LineFault, long>(),
                UserDegrees = [],
                ItemDegrees = [],
            },
            Quarantine = [],
            Sources = [],
        };
    }
}
