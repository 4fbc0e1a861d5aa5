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

    // MADV_HUGEPAGE and MADV_DONTNEED of Linux's madvise(2).
    private const int UseLargePages = 14;
    private const int NotNeeded = 4;

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
        TryAdvise(memory, bytes & ~((nuint)Size - 1), UseLargePages);
        return memory;
    }

    /// <summary>
    /// Gives the whole large pages in a piece of <see cref="Allocate"/>'s memory back to Linux until they are used again, with undefined
    /// contents; other systems keep them.
    /// </summary>
    public static void Discard(void* memory, nuint bytes)
    {
        nuint first = ((nuint)memory + Size - 1) & ~((nuint)Size - 1);
        nuint end = ((nuint)memory + bytes) & ~((nuint)Size - 1);
        if (end > first && OperatingSystem.IsLinux())
        {
            TryAdvise((void*)first, end - first, NotNeeded);
        }
    }

    // Hints: what the system answers changes no result.
    private static void TryAdvise(void* memory, nuint bytes, int advice)
    {
        try
        {
            _ = Advise(memory, bytes, advice);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without this call works with small pages, and keeps them.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint bytes, int advice);
}
