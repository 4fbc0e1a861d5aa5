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
        input = TrainingShape.Make(Users, Items, Pairs, [VisualWidth, 384]);
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
}
