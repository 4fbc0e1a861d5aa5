using CranePipeline.Benchmarks;

<<<<<<< HEAD
if (!IngestBenchmarks.Run(args))
{
    BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
}
=======
if (args is ["features", ..])
{
    return FeaturesMeasure.Run(args[1..]);
}

BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
return 0;
>>>>>>> features2
