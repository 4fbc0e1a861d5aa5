using System.Diagnostics;

namespace CranePipeline.Training;

/// <summary>The most memory that this process has held, in all and since a mark: of several runs in one process each has its own peak.</summary>
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
