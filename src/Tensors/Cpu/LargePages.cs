using System.Runtime.InteropServices;

namespace CranePipeline.Tensors.Cpu;

/// <summary>
/// Asks Linux to back memory with large pages, which it does on request: sums over gathered rows then miss fewer page translations.
/// </summary>
internal static partial class LargePages
{
    /// <summary>Bytes of a large page.</summary>
    public const long Size = 2 << 20;

    // MADV_HUGEPAGE of madvise(2).
    private const int PreferLargePages = 14;

    /// <summary>Asks for large pages behind memory that begins and ends at a large page's bound. Refusal changes nothing but speed.</summary>
    public static void Request(nint address, long bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Advise(address, (nuint)bytes, PreferLargePages);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A Linux with another C library goes without.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nuint bytes, int advice);
}
