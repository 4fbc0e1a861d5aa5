using System.Diagnostics;
using System.Globalization;

namespace CranePipeline.Store;

/// <summary>Tells processes of this machine apart, a reused number from its earlier bearer included.</summary>
internal static class ProcessIdentity
{
    private const int StartField = 19; // of /proc/PID/stat, counted behind the closing bracket: field 22 of proc_pid_stat(5)

    /// <summary>This process.</summary>
    public static RunIdentity Own { get; } =
        new(Environment.MachineName, SpaceOf(), Environment.ProcessId, StartOf(Environment.ProcessId) ?? string.Empty);

    /// <summary>Whether the process of an identity of this machine is running.</summary>
    public static bool IsRunning(RunIdentity identity) => StartOf(identity.ProcessId) == identity.Started;

    private static string SpaceOf() =>
        string.Join(
            '/',
            Environment.MachineName,
            ReadLine("/proc/sys/kernel/random/boot_id"),
            File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? string.Empty
        );

    private static string? StartOf(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            string? stat = ReadLine(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
            // The name in brackets may hold spaces and brackets of its own. A zombie (Z) runs no more.
            string[] fields = stat is null ? [] : stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Length > StartField && fields[0] != "Z" ? fields[StartField] : null;
        }

        try
        {
            using Process process = Process.GetProcessById(processId);
            return process.HasExited
                ? null
                : process.StartTime.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? ReadLine(string path)
    {
        try
        {
            return File.ReadLines(path).FirstOrDefault();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
