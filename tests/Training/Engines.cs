using CranePipeline.Tensors;

namespace CranePipeline.Training.Tests;

internal static class Engines
{
    public static IEngine Cpu(int threads = 1) => new CpuEngine(threads);
}
