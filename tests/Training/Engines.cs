using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

internal static class Engines
{
    public static IEngine Cpu(int threads = 1) => new CpuEngine(threads);

    /// <summary>An engine of each kind that is present, the reference first.</summary>
    public static IEnumerable<IEngine> All()
    {
        yield return Cpu();
    }
}
