using CranePipeline.Benchmarks;

if (args is ["features", .. var features])
{
    return FeaturesMeasure.Run(features);
}

if (args is ["tables", .. var tables])
{
    return TablesMeasure.Run(tables);
}

if (args is [EvaluationCost.Name, .. var evaluation])
{
    EvaluationCost.Run(evaluation);
    return 0;
}

if (args is [TrainingCost.Name, _, ..])
{
    TrainingCost.Run(args[1..]);
    return 0;
}

if (args is [TensorsCost.Name])
{
    TensorsCost.Run();
    return 0;
}

if (!IngestBenchmarks.Run(args))
{
    BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(System.Reflection.Assembly.GetExecutingAssembly()).Run(args);
}

return 0;
