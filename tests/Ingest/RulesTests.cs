using System.Globalization;
using System.Text;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests;

/// <summary>All of ingest beside <see cref="PlainIngest"/>.</summary>
[TestFixture]
public sealed class RulesTests
{
    [Test]
    public void TheMachineryDoesWhatTheRulesSay([Values(null, 3.0)] double? minRating, [Values(1, 3)] int threads)
    {
        Random random = new(17);
        int compared = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            StringBuilder text = new();
            int users = random.Next(2, 40);
            for (int line = random.Next(1, 400); line > 0; line--)
            {
                text.AppendJoin(
                        ',',
                        Enumerable.Range(0, random.Next(30) == 0 ? 3 : 5).Select(column => Field(random, column, users))
                    )
                    .Append('\n');
            }

            IngestOptions options = new()
            {
                Interactions =
                [
                    new InteractionSource
                    {
                        Path = "x.csv",
                        Header = false,
                        Separator = ",",
                        Columns = new ColumnMap
                        {
                            User = "1",
                            Item = "2",
                            Rating = "3",
                            Timestamp = "4",
                            Label = "5",
                        },
                        TimestampUnit = TimestampUnit.Seconds,
                    },
                ],
                MinRating = minRating,
                MinUserInteractions = random.Next(4),
                MinItemInteractions = random.Next(4),
                QuarantineLimit = 1,
            };
            // The columns' numbers are held to the first line.
            string whole = "u0,i0,5,1400000000,0\n" + text;
            (string expected, string counts) = PlainIngest.Run(whole, options);
            using TemporaryFolder folder = new();
            folder.With("x.csv", whole);
            if (expected.Length == 0)
            {
                Assert.That(() => Ingestor.Run(options, folder.Root, threads), Throws.TypeOf<InputException>());
                continue;
            }

            IngestResult result = Ingestor.Run(options, folder.Root, threads);
            IngestStatistics found = result.Statistics;
            Assert.That(ResultText.Of(result), Is.EqualTo(expected), whole);
            Assert.That(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{found.Rows} rows, {found.Quarantined.Values.Sum()} faults, {found.BelowMinRating} below, {found.ExactDuplicates} exact, {found.RepeatedPairs} repeated"
                ),
                Is.EqualTo(counts),
                whole
            );
            compared++;
        }

        Assert.That(compared, Is.GreaterThan(30));
    }

    private static string Field(Random random, int column, int users)
    {
        string plain = column switch
        {
            0 => $"u{random.Next(users)}{(random.Next(9) == 0 ? " with a long name" : "")}",
            1 => $"i{random.Next(users / 2 + 1)}",
            2 => random.Next(9) == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{random.Next(2, 11) / 2.0:0.#}"),
            3 => random.Next(9) == 0 ? "" : $"{1_400_000_000 + random.Next(3)}",
            _ => random.Next(4) == 0 ? "" : $"{random.Next(3)}",
        };
        return (random.Next(60), column) switch
        {
            (0, < 2) => "",
            (1, 0) => "\"a,b\"",
            (2, < 2) => "\"a\"\"b\nc\"",
            (3, < 2) => "nan",
            (4, 2) => "6",
            (5, 2) => "x",
            (6, < 2) => " " + plain + " ",
            (7, 1) => plain + "\"x",
            (> 50, _) => $"\"{plain}\"",
            _ => plain,
        };
    }
}
