using CranePipeline.Ingest.Splits;
using NUnit.Framework;

namespace CranePipeline.Ingest.Tests.Splits;

[TestFixture]
public sealed class SplitPiecesTests
{
    [Test]
    public void LargePartsComeInPiecesWhoeverElseTakesSome([Values(1 << 16, 100_000, 1 << 17, 1 << 20)] int rows)
    {
        Random random = new(rows);
        SplitPart[] parts = new SplitPart[600_000];
        int[] users = new int[parts.Length];
        int[] items = new int[parts.Length];
        for (int row = 0; row < parts.Length; row++)
        {
            parts[row] = random.Next(5) == 0 ? SplitPart.Valid : SplitPart.Train;
            (users[row], items[row]) = (random.Next(), random.Next());
        }

        SplitResult split = new(parts, new SplitReport());
        List<(int, int)> train = [];
        List<(int, int)> valid = [];
        // Two parts at a time, so that memory lent to one would show in the other.
        using IEnumerator<(int[] Users, int[] Items)> others = split.Pieces(SplitPart.Valid, users, items, rows).GetEnumerator();
        foreach ((int[] pieceUsers, int[] pieceItems) in split.Pieces(SplitPart.Train, users, items, rows))
        {
            if (others.MoveNext())
            {
                Assert.That(others.Current.Users, Has.Length.LessThanOrEqualTo(rows));
                valid.AddRange(others.Current.Users.Zip(others.Current.Items));
            }

            Assert.That(pieceUsers, Has.Length.LessThanOrEqualTo(rows));
            train.AddRange(pieceUsers.Zip(pieceItems));
        }

        while (others.MoveNext())
        {
            valid.AddRange(others.Current.Users.Zip(others.Current.Items));
        }

        Assert.That(train.SequenceEqual(Expected(SplitPart.Train)), Is.True);
        Assert.That(valid.SequenceEqual(Expected(SplitPart.Valid)), Is.True);

        IEnumerable<(int, int)> Expected(SplitPart part) =>
            Enumerable.Range(0, parts.Length).Where(row => parts[row] == part).Select(row => (users[row], items[row]));
    }
}
