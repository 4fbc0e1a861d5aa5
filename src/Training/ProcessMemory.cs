using System.Diagnostics;

namespace CranePipeline.Training;

/// <summary>
/// The memory of this process: the most that it has held, in all and since a mark, so that of several runs in one process each has its own
/// peak; and letting go of it.
/// </summary>
public static class ProcessMemory
{
    private static long before;

    /// <summary>Most bytes held since the process began.</summary>
    public static long Peak => Math.Max(Interlocked.Read(ref before), PeakSinceMark);

    /// <summary>Most bytes held since <see cref="Mark"/>; since the process began where the system cannot count anew.</summary>
    public static long PeakSinceMark
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>
    /// Gives what nothing refers to back to the system, after something large that the next long work does not need: the collector
    /// would let it be for as long as that takes.
    /// </summary>
    public static void ReleaseGarbage() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>Counts anew from what is held now.</summary>
    public static void Mark()
    {
        Interlocked.Exchange(ref before, Peak);
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            // Sets the high-water mark back to what is held (proc(5), clear_refs).
            File.WriteAllText("/proc/self/clear_refs", "5");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A kernel or a container that does not let it: the peak stays that of the process.
        }
    }
}
