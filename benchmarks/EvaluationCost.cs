using System.Globalization;
using CranePipeline.Evaluation;
using CranePipeline.Tensors;

namespace CranePipeline.Benchmarks;

/// <summary>
/// A plain command for one evaluation of any size: lists of 50 for every user, then every metric at 5, 10, 20 and 50, by wall clock and by
/// processor time, with the process's peak memory. Processor time hardly depends on what else the machine does.
/// </summary>
internal static class EvaluationCost
{
    private const int K = 50;
    private static readonly int[] Cutoffs = [5, 10, 20, 50];

    /// <summary>The command's name: <c>evaluation-cost USERS ITEMS [WIDTH [REPEATS]]</c>.</summary>
    public const string Name = "evaluation-cost";

    /// <summary>Measures and prints.</summary>
    public static void Run(ReadOnlySpan<string> arguments)
    {
        int At(ReadOnlySpan<string> values, int place, int otherwise) =>
            place < values.Length ? int.Parse(values[place], CultureInfo.InvariantCulture) : otherwise;
        (int userCount, int itemCount) = (At(arguments, 0, 19_445), At(arguments, 1, 7_050));
        (int width, int repeats) = (At(arguments, 2, 64), At(arguments, 3, 9));
        Matrix users = Draw(userCount, width, "users");
        Matrix items = Draw(itemCount, width, "items");
        EvaluationPart part = EvaluationPart.Create(
            Interactions(userCount, itemCount, 7, "training"),
            Interactions(userCount, itemCount, 1, "validation")
        );
        using var engine = new CpuEngine();
        var lists = new List<Timing>();
        var metrics = new List<Timing>();
        for (int repeat = 0; repeat <= repeats; repeat++)
        {
            RankedLists found = null!;
            Timing ranking = Timing.Of(() => found = Ranking.TopItems(engine, new InnerProducts(users, items), part, K));
            Timing scoring = Timing.Of(() => Metrics.Compute(found, part, Cutoffs));
            // The first round compiles and is not counted.
            if (repeat > 0)
            {
                lists.Add(ranking);
                metrics.Add(scoring);
            }
        }

        Print(
            $"{part.Users.Length:N0} users × {itemCount:N0} items × {width}, {repeats} repeats, {Environment.ProcessorCount} processors"
        );
        if (File.Exists("/proc/loadavg"))
        {
            Print($"load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        }

        Print($"seconds    wall, median   wall, least   processor, median");
        Row("lists", lists);
        Row("metrics", metrics);
        Row("together", [.. lists.Zip(metrics, (a, b) => new Timing(a.Wall + b.Wall, a.Processor + b.Processor))]);
        Print($"peak memory of the process {PeakMemory.Megabytes:F0} MB");
    }

    private static void Row(string name, List<Timing> times) =>
        Print(
            $"{name, -9} {Median(times.Select(time => time.Wall)), 13:F3} {times.Min(time => time.Wall), 13:F3} {Median(times.Select(time => time.Processor)), 19:F3}"
        );

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    private static Matrix Draw(int rows, int width, string purpose)
    {
        var matrix = new Matrix(rows, width);
        var stream = new RandomStream(9, purpose);
        for (int i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Values[i] = (float)stream.NextNormal();
        }

        return matrix;
    }

    private static CsrMatrix Interactions(int users, int items, int each, string purpose)
    {
        var row = new int[users * each];
        var column = new int[row.Length];
        var stream = new RandomStream(9, purpose);
        for (int user = 0; user < users; user++)
        {
            // One stride a user keeps the items of a row distinct.
            int first = stream.NextInt32(items);
            for (int i = 0; i < each; i++)
            {
                row[(user * each) + i] = user;
                column[(user * each) + i] = (first + (i * 97)) % items;
            }
        }

        return CsrMatrix.FromEntries(users, items, row, column, new float[row.Length]);
    }
}
