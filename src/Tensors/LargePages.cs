using System.Runtime.InteropServices;

namespace CranePipeline.Tensors;

/// <summary>
/// Memory in Linux's large pages, where it gives them: with small ones nearly every look into a table of hundreds of megabytes, and every
/// gathered row of a large matrix, misses the translation buffers as well as the caches.
/// </summary>
public static unsafe partial class LargePages
{
    /// <summary>Bytes of a large page.</summary>
    public const int Size = 2 << 20;

    private const nuint LineBytes = 64;

    // MADV_HUGEPAGE of Linux's madvise(2).
    private const int UseLargePages = 14;

    /// <summary>
    /// Memory of undefined contents, at a cache line's bound at least and from a large page's size on at a large page's; to be freed by
    /// <see cref="NativeMemory.AlignedFree"/>.
    /// </summary>
    public static void* Allocate(nuint bytes)
    {
        if (bytes < (nuint)Size || !OperatingSystem.IsLinux())
        {
            return NativeMemory.AlignedAlloc(Math.Max(bytes, 1), LineBytes);
        }

        void* memory = NativeMemory.AlignedAlloc(bytes, (nuint)Size);
        try
        {
            // A hint: what it answers changes no result.
            _ = Advise(memory, bytes & ~((nuint)Size - 1), UseLargePages);
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
