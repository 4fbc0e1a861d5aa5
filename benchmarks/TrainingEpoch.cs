using BenchmarkDotNet.Attributes;
using CranePipeline.Tensors;
using CranePipeline.Training;

namespace CranePipeline.Benchmarks;

/// <summary>
/// An epoch at the shape of Amazon Baby (19,445 users, 7,050 items, about 129,000 training interactions, d 64, batch 1024), against
/// LightGCN on the same engine. Run with <c>--filter *TrainingEpoch*</c>.
/// </summary>
[InProcessJob(0, 3)]
[MemoryDiagnoser]
public class TrainingEpoch : IDisposable
{
    private const int Users = 19445;
    private const int Items = 7050;
    private const int Pairs = 160792;

    private CpuEngine? engine;
    private TrainingInput? input;

    [Params(512, 4096)]
    public int VisualWidth { get; set; }

    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        engine = new CpuEngine(Threads);
        input = Shape(VisualWidth);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        engine?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public double LightGcn() => Epoch(new LightGcnOptions());

    [Benchmark]
    public double Crane() => Epoch(new CraneOptions { Rounds = 3, Neighbours = 10 });

    [Benchmark]
    public double CraneWithFeatureCorrelation() =>
        Epoch(
            new CraneOptions
            {
                Rounds = 3,
                Neighbours = 10,
                Correlation = Correlation.Feature,
            }
        );

    // The benchmark's own figure includes set-up; the returned one is the epoch alone, and is printed.
    private double Epoch(ModelOptions model)
    {
        TrainResult result = Trainer.Run(
            new TrainOptions(model, new TrainerOptions { Epochs = 3, Patience = 3 }),
            1,
            input!,
            engine!
        );
        Console.WriteLine(
            FormattableString.Invariant(
                $"// epoch {result.EpochSeconds:F2} s, validation {result.ValidationSeconds:F2} s, peak {result.PeakMemoryBytes >> 20} MB"
            )
        );
        return result.EpochSeconds;
    }

    private static TrainingInput Shape(int visualWidth)
    {
        var stream = new RandomStream(1, "benchmark shape");
        var pairs = new HashSet<(int User, int Item)>();
        for (int user = 0; user < Users; user++)
        {
            pairs.Add((user, Popular(ref stream)));
        }

        while (pairs.Count < Pairs)
        {
            pairs.Add(((int)(Math.Pow(stream.NextDouble(), 1.5) * Users), Popular(ref stream)));
        }

        (int User, int Item)[] all = [.. pairs];
        stream.Shuffle(all.AsSpan());
        int train = Pairs * 8 / 10;
        int valid = Pairs * 9 / 10;
        return new TrainingInput
        {
            UserCount = Users,
            ItemCount = Items,
            TrainUsers = Array.ConvertAll(all[..train], static p => p.User),
            TrainItems = Array.ConvertAll(all[..train], static p => p.Item),
            ValidUsers = Array.ConvertAll(all[train..valid], static p => p.User),
            ValidItems = Array.ConvertAll(all[train..valid], static p => p.Item),
            Modalities =
            [
                new ModalityInput("visual", Noise(ref stream, visualWidth), Candidates(ref stream)),
                new ModalityInput("textual", Noise(ref stream, 384), Candidates(ref stream)),
            ],
        };
    }

    private static int Popular(ref RandomStream stream) => (int)(Math.Pow(stream.NextDouble(), 2.5) * Items);

    private static Matrix Noise(ref RandomStream stream, int width)
    {
        var matrix = new Matrix(Items, width);
        foreach (ref float value in matrix.Values.AsSpan())
        {
            value = stream.NextSingle() - 0.5f;
        }

        return matrix;
    }

    private static int[] Candidates(ref RandomStream stream)
    {
        var candidates = new int[Items * 20];
        foreach (ref int candidate in candidates.AsSpan())
        {
            candidate = stream.NextInt32(Items);
        }

        return candidates;
    }
}
