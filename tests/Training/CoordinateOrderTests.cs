using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace CranePipeline.Training.Tests;

[TestFixture]
public sealed class CoordinateOrderTests
{
    [Test]
    public void Every_value_has_its_turn_from_the_best_so_far()
    {
        IReadOnlyDictionary<string, string>[] grid = Grid(2, 3);
        int[] order = Tried(grid, grid.Length, point => Value(point, 0) * 10 + Value(point, 1) * -1);
        // Setting 0 takes 1 at once; of setting 1 the first value stays the best. What is left differs less from the best first.
        Assert.That(order.Select(place => Name(grid[place])), Is.EqualTo(["00", "01", "02", "10", "11", "12"]));
    }

    [Test]
    public void What_is_better_is_gone_on_from()
    {
        IReadOnlyDictionary<string, string>[] grid = Grid(3, 3);
        int[] order = Tried(grid, 5, point => Value(point, 1));
        Assert.That(order.Select(place => Name(grid[place])), Is.EqualTo(["00", "01", "02", "12", "22"]));
    }

    [Test]
    public void A_grid_of_one_and_a_grid_of_nothing_end() =>
        Assert.Multiple(() =>
        {
            Assert.That(Tried(Grid(1), 9, static _ => 0), Is.EqualTo([0]));
            Assert.That(CoordinateOrder.Next([], []), Is.Null);
        });

    /// <summary>Each setting's values have worths of their own: one trial and one more for every further value find the best of all.</summary>
    [FsCheck.NUnit.Property(MaxTest = 200)]
    public Property Where_settings_act_apart_one_turn_of_every_value_finds_the_best() =>
        Prop.ForAll(
            Gen.Choose(1, 4)
                .ListOf(3)
                .SelectMany(lengths => Gen.Choose(-50, 50).ListOf(lengths.Sum()).Select(worths => (lengths, worths)))
                .ToArbitrary(),
            drawn =>
            {
                IReadOnlyDictionary<string, string>[] grid = Grid([.. drawn.lengths]);
                double Worth(IReadOnlyDictionary<string, string> point) =>
                    Enumerable
                        .Range(0, 3)
                        .Sum(setting => drawn.worths[drawn.lengths.Take(setting).Sum() + Value(point, setting)]);
                int[] order = Tried(grid, 1 + drawn.lengths.Sum(length => length - 1), Worth);
                return order.Max(place => Worth(grid[place])).Equals(grid.Max(Worth));
            }
        );

    /// <summary>Whatever the scores are, nothing is tried twice and nothing is left out.</summary>
    [FsCheck.NUnit.Property(MaxTest = 200)]
    public bool All_are_tried_once(byte first, byte second, int seed)
    {
        IReadOnlyDictionary<string, string>[] grid = Grid(1 + (first % 4), 1 + (second % 5), 2);
        var random = new System.Random(seed);
        return Tried(grid, int.MaxValue, _ => random.NextDouble()).Order().SequenceEqual(Enumerable.Range(0, grid.Length));
    }

    private static int[] Tried(
        IReadOnlyDictionary<string, string>[] grid,
        int most,
        Func<IReadOnlyDictionary<string, string>, double> score
    )
    {
        var tried = new List<TriedPoint>();
        while (tried.Count < most && CoordinateOrder.Next(grid, tried) is { } next)
        {
            tried.Add(new TriedPoint(next, score(grid[next])));
        }

        return [.. tried.Select(static each => each.Point)];
    }

    private static IReadOnlyDictionary<string, string>[] Grid(params int[] lengths)
    {
        IEnumerable<int[]> points =
        [
            [],
        ];
        foreach (int length in lengths)
        {
            points = points.SelectMany(_ => Enumerable.Range(0, length), static (point, value) => (int[])[.. point, value]);
        }

        return
        [
            .. points.Select(point =>
                point
                    .Select((value, setting) => (setting, value))
                    .ToDictionary(each => $"s{each.setting}", each => each.value.ToString(CultureInfo.InvariantCulture))
            ),
        ];
    }

    private static int Value(IReadOnlyDictionary<string, string> point, int setting) =>
        int.Parse(point[$"s{setting}"], CultureInfo.InvariantCulture);

    private static string Name(IReadOnlyDictionary<string, string> point) => string.Concat(point.Values);
}
