using System.Runtime.InteropServices;

namespace CranePipeline.Ingest.Rows;

/// <summary>
/// Memory in the system's large pages, where it has them and gives them: with small ones nearly every look into a table of
/// hundreds of megabytes misses the translation buffers as well as the caches.
/// </summary>
internal static unsafe partial class LargePages
{
    private const nuint PageBytes = 2 << 20;
    private const nuint LineBytes = 64;

    // MADV_HUGEPAGE of Linux's madvise(2).
    private const int UseLargePages = 14;

    /// <summary>Memory of undefined contents, to be freed by <see cref="NativeMemory.AlignedFree"/>.</summary>
    public static void* Allocate(nuint bytes)
    {
        if (bytes < PageBytes || !OperatingSystem.IsLinux())
        {
            return NativeMemory.AlignedAlloc(Math.Max(bytes, 1), LineBytes);
        }

        void* memory = NativeMemory.AlignedAlloc(bytes, PageBytes);
        try
        {
            // A hint: what it answers changes no result.
            _ = Advise(memory, bytes & ~(PageBytes - 1), UseLargePages);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without this call works with small pages.
        }

        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint bytes, int advice);
}
