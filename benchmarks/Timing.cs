using System.Diagnostics;

namespace CranePipeline.Benchmarks;

/// <summary>What a piece of work takes, in seconds by the clock and of processor time of all threads.</summary>
internal readonly record struct Timing(double Wall, double Processor)
{
    /// <summary>Does the work and measures it.</summary>
    public static Timing Of(Action action)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        action();
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        return new Timing(wall, (process.TotalProcessorTime - before).TotalSeconds);
    }
}
