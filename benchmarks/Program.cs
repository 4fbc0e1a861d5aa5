using CranePipeline.Benchmarks;

if (!IngestBenchmarks.Run(args))
{
    BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
}
