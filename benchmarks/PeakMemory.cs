using CranePipeline.Training;

namespace CranePipeline.Benchmarks;

/// <summary>The most memory that this process has held so far.</summary>
internal static class PeakMemory
{
    /// <summary>In megabytes, millions of bytes.</summary>
    public static double Megabytes => ProcessMemory.Peak / 1e6;
}
