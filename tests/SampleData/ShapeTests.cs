using System.Text;
using CranePipeline.SampleData;
using NUnit.Framework;

namespace CranePipeline.SampleData.Tests;

[TestFixture]
public sealed class ShapeTests
{
    private static readonly GenerateOptions Baby = new()
    {
        Kind = GenerateKind.Shape,
        Name = "babyshape",
        Users = 19_445,
        Items = 7_050,
        Interactions = 160_792,
        MinInteractions = 5,
        Topics = 64,
        ImageWidth = 5,
        TextWidth = 3,
    };

    [Test]
    public void BabysDimensionsAreMetExactly()
    {
        using var folder = new ScratchFolder();
        GeneratedData data = Generator.Run(Baby, folder.Path);
        string[] lines = File.ReadAllLines(data.Files[0].Path);
        int[][] rows = [.. lines.Skip(1).Select(line => line.Split('\t').Select(int.Parse).ToArray())];
        Assert.That(lines[0], Is.EqualTo("userID\titemID\tx_label"));
        Assert.That(rows, Has.Length.EqualTo(160_792));
        Assert.That(rows.Select(row => (row[0], row[1])).Distinct().Count(), Is.EqualTo(160_792));
        Assert.That(rows.CountBy(row => row[0]).Min(pair => pair.Value), Is.GreaterThanOrEqualTo(5));
        Assert.That(rows.CountBy(row => row[1]).Min(pair => pair.Value), Is.GreaterThanOrEqualTo(5));
        Assert.That(rows.Select(row => row[0]).Distinct().Count(), Is.EqualTo(19_445));
        Assert.That(rows.Select(row => row[1]).Distinct().Count(), Is.EqualTo(7_050));
        Assert.That(rows.Max(row => row[0]), Is.EqualTo(19_444));
        Assert.That(rows.Max(row => row[1]), Is.EqualTo(7_049));
        double[] shares = [.. Enumerable.Range(0, 3).Select(label => (double)rows.Count(row => row[2] == label) / rows.Length)];
        Assert.That(shares[0], Is.InRange(0.7, 0.82));
        Assert.That(shares[1], Is.EqualTo(shares[2]));
    }

    [Test]
    public void ArraysAreNumPysVersionOne()
    {
        using var folder = new ScratchFolder();
        GeneratedData data = Generator.Run(Baby, folder.Path);
        byte[] image = File.ReadAllBytes(data.Files[1].Path);
        Assert.That(image[..8], Is.EqualTo((byte[])[0x93, .. "NUMPY"u8, 1, 0]));
        int start = 10 + image[8] + 256 * image[9];
        Assert.That(start % 64, Is.Zero);
        Assert.That(
            Encoding.ASCII.GetString(image[10..start]).TrimEnd(),
            Is.EqualTo("{'descr': '<f4', 'fortran_order': False, 'shape': (7050, 5), }")
        );
        Assert.That(image, Has.Length.EqualTo(start + 7_050 * 5 * 4));

        byte[] text = File.ReadAllBytes(data.Files[2].Path);
        float[] last = [.. Enumerable.Range(0, 3).Select(column => BitConverter.ToSingle(text, text.Length - 12 + 4 * column))];
        Assert.That(last.Sum(value => value * value), Is.EqualTo(1).Within(1e-6));
    }

    [Test]
    public void RatingsHaveExactlyTheRowsAskedForAndAPowerLaw()
    {
        using var folder = new ScratchFolder();
        var options = new GenerateOptions
        {
            Kind = GenerateKind.Ratings,
            Users = 5_000,
            Items = 1_000,
            Interactions = 70_001,
        };
        string[][] rows =
        [
            .. File.ReadLines(Generator.Run(options, folder.Path, 2).Files[0].Path).Select(line => line.Split(',')),
        ];
        Assert.That(rows, Has.Length.EqualTo(70_001));
        Assert.That(rows, Has.All.Length.EqualTo(4));
        Assert.That(rows.Select(row => row[0].Length).Distinct(), Is.EqualTo(new[] { 13 }));
        Assert.That(rows.Select(row => row[1].Length).Distinct(), Is.EqualTo(new[] { 10 }));
        Assert.That(rows.Select(row => row[2]).Distinct(), Is.EquivalentTo(new[] { "1.0", "2.0", "3.0", "4.0", "5.0" }));
        Assert.That(rows.Select(row => long.Parse(row[3], null) % 86_400), Has.All.Zero);
        int[] degrees = [.. rows.CountBy(row => row[1]).Select(pair => pair.Value).OrderDescending()];
        Assert.That((double)degrees.Take(200).Sum() / rows.Length, Is.InRange(0.7, 0.9), "share of the most popular fifth");
    }

    [Test]
    public void TheAliasTablesGiveEveryRankItsWeight()
    {
        const int Count = 50;
        const int Draws = 400_000;
        var sampler = new PopularitySampler(Count, 2);
        var random = new Tensors.RandomStream(3, "test");
        int[] counts = new int[Count];
        for (int draw = 0; draw < Draws; draw++)
        {
            counts[sampler.Draw(ref random)]++;
        }

        double[] weights = PowerLaw.Weights(Count, 2);
        for (int rank = 0; rank < Count; rank++)
        {
            double expected = Draws * weights[rank] / weights.Sum();
            Assert.That(counts[rank], Is.EqualTo(expected).Within(5 * Math.Sqrt(expected)), $"rank {rank}");
        }
    }

    [FsCheck.NUnit.Property]
    public bool SharesSumToTheTotalWithinBounds(FsCheck.PositiveInt count, FsCheck.NonNegativeInt extra)
    {
        int people = 1 + count.Get % 100;
        const int Least = 2;
        int most = Least + 1 + extra.Get % 50;
        long total = Least * people + extra.Get % ((long)(most - Least) * people + 1);
        int[] shares = PowerLaw.Share(PowerLaw.Weights(people, 1), total, Least, most);
        return shares.Sum() == total && shares.All(share => share >= Least && share <= most);
    }
}
