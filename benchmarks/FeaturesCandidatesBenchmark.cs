using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using CranePipeline.Features;
using CranePipeline.Tensors;

namespace CranePipeline.Benchmarks;

/// <summary>Exact top-100 neighbours against NumPy's matrix product and argpartition.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The global clean-up disposes.")]
[MemoryDiagnoser]
[InProcessJob(1, 5)]
public class FeaturesCandidatesBenchmark
{
    private const string Work = """
        y = x / np.linalg.norm(x, axis=1, keepdims=True)
        s = y @ y.T
        np.fill_diagonal(s, -np.inf)
        i = np.argpartition(-s, 100, axis=1)[:, :100]
        v = np.take_along_axis(s, i, 1)
        i = np.take_along_axis(i, np.argsort(-v, axis=1), 1)
        """;

    private readonly string path = Path.GetTempFileName();
    private Matrix values = new(0, 0);
    private bool[] present = [];
    private CpuEngine? engine;
    private FeaturesPeer? peer;

    [Params(7050)]
    public int Items { get; set; }

    [Params(512, 4096)]
    public int Width { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        values = new Matrix(Items, Width);
        var stream = new RandomStream(1, "benchmark vectors");
        foreach (ref float value in values.Values.AsSpan())
        {
            value = stream.NextSingle() + stream.NextSingle() - 1f;
        }

        present = [.. Enumerable.Repeat(true, Items)];
        engine = new CpuEngine();
        File.WriteAllBytes(path, MemoryMarshal.AsBytes(values.Values.AsSpan()).ToArray());
        Environment.SetEnvironmentVariable("CRANE_BENCHMARK_VECTORS", path);
        peer = new FeaturesPeer(
            $"""
            import numpy as np, os
            x = np.fromfile(os.environ['CRANE_BENCHMARK_VECTORS'], dtype='<f4').reshape({Items}, {Width})
            """,
            Work
        );
    }

    [GlobalCleanup]
    public void Clean()
    {
        peer?.Dispose();
        engine?.Dispose();
        File.Delete(path);
    }

    [Benchmark(Baseline = true)]
    public void NumPy() => peer!.Run();

    [Benchmark]
    public CandidateList CandidateSearchExact() => CandidateSearch.Run("m", values, present, new CandidateOptions(), engine!);
}
