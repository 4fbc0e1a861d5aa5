using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace CranePipeline.Benchmarks;

/// <summary>
/// Runs a class's benchmarks in this process and in no other: BenchmarkDotNet's own projects do not build under this repository's
/// locked packages.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class InProcessJobAttribute : Attribute, IConfigSource
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(4);

    /// <summary>As many short invocations as it takes.</summary>
    public InProcessJobAttribute() => Config = Of(Job.Default);

    /// <summary>Long work: one invocation an iteration.</summary>
    /// <param name="warmupCount">Iterations that do not count.</param>
    /// <param name="iterationCount">Iterations that do.</param>
    public InProcessJobAttribute(int warmupCount, int iterationCount) =>
        Config = Of(
            Job.Default.WithStrategy(RunStrategy.Monitoring).WithWarmupCount(warmupCount).WithIterationCount(iterationCount)
        );

    /// <inheritdoc/>
    public IConfig Config { get; }

    private static ManualConfig Of(Job job) =>
        ManualConfig.CreateEmpty().AddJob(job.WithToolchain(new InProcessEmitToolchain(Patience, logOutput: true)));
}
