using CranePipeline.Tensors;

namespace CranePipeline.Benchmarks;

/// <summary>
/// What the engine's products and operations cost in processor time, on one thread: the smallest of several runs, so that other work on the
/// machine counts little. <c>tensors-cost</c>, without BenchmarkDotNet.
/// </summary>
internal static class TensorsCost
{
    public const string Name = "tensors-cost";

    private const int Items = 7050;
    private const int Repeats = 20;

    public static void Run()
    {
        using var engine = new CpuEngine(1);
        foreach (int width in new[] { 4096, 512 })
        {
            Product(engine, (Items, width), (width, 64));
            Product(engine, (Items, width), (Items, 64), transposeA: true);
            Packed(engine, width);
        }

        Product(engine, (Items, 64), (4096, 64), transposeB: true);
        Product(engine, (26495, 128), (26495, 128), transposeA: true);
        Product(engine, (1024, 64), (1024, 64), transposeB: true);
        Product(engine, (1024, 1024), (1024, 1024));
        var step = new TensorsStep();
        step.Setup();
        Print("LightGCN step", Smallest(Repeats, step.LightGcn));
        step.Dispose();
        Operations(engine);
    }

    private static void Operations(CpuEngine engine)
    {
        using Tensor left = engine.Parameter(TensorsData.Normal(1024, 64));
        using Tensor right = engine.Parameter(TensorsData.Normal(1024, 64));
        Print("InfoNCE of 1024 x 64", Step(engine, () => engine.InfoNceLoss(left, right, 0.2f)));

        using Tensor content = engine.Parameter(TensorsData.Normal(Items, 128));
        var random = new RandomStream(3, "neighbours");
        int[] others = new int[Items * 10];
        foreach (ref int other in others.AsSpan())
        {
            other = random.NextInt32(Items);
        }

        using IndexTensor near = engine.Indices(others, 10, Items);
        Print(
            "10 neighbours of 7,050 items",
            Step(
                engine,
                () => engine.Sum(engine.NeighbourSum(engine.ClippedRowShares(engine.NeighbourDots(content, near)), content, near))
            )
        );

        using Tensor rows = engine.Parameter(TensorsData.Normal(6000, 64));
        Print(
            "softmax attention of 6,000 rows",
            Step(engine, () => engine.Sum(engine.EntityAttention(rows, rows, rows, AttentionActivation.Softmax)), 3)
        );

        using Tensor users = engine.Constant(TensorsData.Normal(19445, 64));
        using Tensor items = engine.Constant(TensorsData.Normal(Items, 64));
        using Tensor features = engine.Constant(TensorsData.Normal(Items, 512));
        Print("top 50 for 19,445 users", Smallest(4, () => engine.TopItems(users, items, 50)));
        Print("top 100 of 512 wide items", Smallest(4, () => engine.TopItems(features, features, 100)));
    }

    private static void Product(
        CpuEngine engine,
        (int Rows, int Columns) a,
        (int Rows, int Columns) b,
        bool transposeA = false,
        bool transposeB = false
    )
    {
        using Tensor left = engine.Constant(TensorsData.Normal(a.Rows, a.Columns));
        using Tensor right = engine.Constant(TensorsData.Normal(b.Rows, b.Columns));
        double milliseconds = Smallest(Repeats, () => engine.MatrixProduct(left, right, transposeA, transposeB).Dispose());
        double work = 2.0 * a.Rows * a.Columns * (transposeB ? b.Rows : b.Columns);
        string name = $"[{a.Rows}x{a.Columns}]{(transposeA ? "T" : "")} [{b.Rows}x{b.Columns}]{(transposeB ? "T" : "")}";
        Print(name, milliseconds, work);
    }

    // The same two products as a training step makes them, with the constant packed.
    private static void Packed(CpuEngine engine, int width)
    {
        using Tensor features = engine.Constant(TensorsData.Normal(Items, width));
        using Tensor projection = engine.Parameter(TensorsData.Normal(width, 64));
        (double forward, double backward) = (double.MaxValue, double.MaxValue);
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            using IDisposable step = engine.BeginStep(gradients: true);
            double start = Processor();
            Tensor product = engine.MatrixProduct(features, projection);
            forward = Math.Min(forward, Processor() - start);
            Tensor sum = engine.Sum(product);
            start = Processor();
            engine.Backward(sum);
            backward = Math.Min(backward, Processor() - start);
        }

        double work = 2.0 * Items * width * 64;
        Print($"packed constant of {width}, forward", forward, work);
        Print($"packed constant of {width}, gradient", backward, work);
    }

    private static double Step(CpuEngine engine, Func<Tensor> loss, int repeats = Repeats) =>
        Smallest(
            repeats,
            () =>
            {
                using IDisposable step = engine.BeginStep(gradients: true);
                engine.Backward(loss());
            }
        );

    private static double Smallest(int repeats, Action work)
    {
        double smallest = double.MaxValue;
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            double start = Processor();
            work();
            smallest = Math.Min(smallest, Processor() - start);
        }

        return smallest;
    }

    private static double Processor() => Environment.CpuUsage.TotalTime.TotalMilliseconds;

    private static void Print(string name, double milliseconds, double? work = null) =>
        Console.WriteLine(
            FormattableString.Invariant($"{name, -40} {milliseconds, 8:F1} ms")
                + (work is { } w ? FormattableString.Invariant($" {w / milliseconds / 1e6, 8:F1} Gflop/s") : "")
        );
}
