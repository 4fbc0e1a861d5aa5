using CranePipeline.Benchmarks;

if (args is ["features", ..])
{
    return FeaturesMeasure.Run(args[1..]);
}

if (!IngestBenchmarks.Run(args))
{
    BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
}

return 0;
