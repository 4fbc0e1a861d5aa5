using System.Globalization;
using CranePipeline.Tables;

namespace CranePipeline.Benchmarks;

/// <summary>
/// Writing and reading the two largest tables, each size in a process of its own so that its peak memory is its own:
/// <c>tables features ROWS WIDTH FOLDER</c> writes, <c>tables features FOLDER</c> reads that file, <c>tables interactions ROWS
/// FOLDER</c> does both. The first round warms up; the best of the others counts.
/// </summary>
internal static class TablesMeasure
{
    private const int Rounds = 5;

    internal static int Run(string[] args)
    {
        switch (args)
        {
            case ["features", var rows, var width, var folder]:
                Features(Whole(rows), Whole(width), folder);
                return 0;
            case ["features", var folder]:
                string path = Path.Combine(folder, "features.parquet");
                Repeat("read", path, () => FeatureTable.Read(path));
                File.Delete(path);
                return 0;
            case ["interactions", var rows, var folder]:
                Interactions(Whole(rows), folder);
                return 0;
            default:
                Console.Error.WriteLine(
                    "tables features ROWS WIDTH FOLDER | tables features FOLDER | tables interactions ROWS FOLDER"
                );
                return 2;
        }
    }

    private static void Features(int rows, int width, string folder)
    {
        string path = Path.Combine(folder, "features.parquet");
        var random = new Random(1);
        var values = new float[rows * width];
        foreach (ref float value in values.AsSpan())
        {
            value = random.NextSingle();
        }

        bool[] present = new bool[rows];
        Array.Fill(present, true);
        var table = new FeatureTable
        {
            Width = width,
            Values = values,
            Present = present,
        };
        Repeat("write", path, () => table.Write(path));
    }

    private static void Interactions(int rows, string folder)
    {
        string path = Path.Combine(folder, "interactions.parquet");
        var random = new Random(1);
        var table = new Interactions
        {
            Users = Make(rows, row => row / 10),
            Items = Make(rows, row => (row % 10 * 40_000) + random.Next(40_000)),
            Ratings = new OptionalColumn<float>(Make(rows, _ => (float)random.Next(1, 6)), null),
            Timestamps = new OptionalColumn<long>(Make(rows, _ => random.NextInt64(1_000_000_000_000, 1_500_000_000_000)), null),
        };
        Repeat("write", path, () => table.Write(path));
        Repeat("read", path, () => CranePipeline.Tables.Interactions.Read(path));
        File.Delete(path);
    }

    private static void Repeat(string what, string path, Func<object> work)
    {
        double best = double.PositiveInfinity;
        double processor = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            GC.Collect();
            Timing timing = Timing.Of(() => work());
            if (round > 0)
            {
                best = Math.Min(best, timing.Wall);
                processor = Math.Min(processor, timing.Processor);
            }
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {best:F2} s, {processor:F2} processor seconds, "
                    + $"{new FileInfo(path).Length / 1e6:F0} MB on disk, peak {PeakMemory.Megabytes:F0} MB"
            )
        );
    }

    private static T[] Make<T>(int count, Func<int, T> of)
    {
        var values = new T[count];
        for (int at = 0; at < count; at++)
        {
            values[at] = of(at);
        }

        return values;
    }

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
