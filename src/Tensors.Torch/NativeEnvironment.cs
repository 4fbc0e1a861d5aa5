using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// Asks MKL, which multiplies libtorch's matrices, for the same order of additions each time: without, it depends on how its memory
/// happens to be aligned, and two runs differ in their last bits. And asks glibc to keep the memory that each operation's result gives
/// back, rather than returning it to the system and having it cleared page by page for the next: that took most of an epoch's time.
/// </summary>
internal static class NativeEnvironment
{
    // Parameters of mallopt, and the largest number it takes.
    private const int TrimThreshold = -1;
    private const int MappingThreshold = -3;
    private const int Everything = 1 << 30;

    /// <summary>Has to come before libtorch is loaded. What the user has set stays.</summary>
    public static void Prepare()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            Set(
                "MKL_CBWR",
                Avx512F.IsSupported ? "AVX512"
                    : Avx2.IsSupported ? "AVX2"
                    : "COMPATIBLE"
            );
        }

        if (OperatingSystem.IsLinux())
        {
            KeepMemory();
        }
    }

    private static void KeepMemory()
    {
        try
        {
            _ = SetAllocation(TrimThreshold, int.MaxValue);
            _ = SetAllocation(MappingThreshold, Everything);
        }
        catch (EntryPointNotFoundException)
        {
            // musl's allocator has no such choice.
        }
    }

    private static void Set(string name, string value)
    {
        if (Environment.GetEnvironmentVariable(name) is not null)
        {
            return;
        }

        Environment.SetEnvironmentVariable(name, value);
        if (!OperatingSystem.IsWindows())
        {
            // Elsewhere the runtime keeps the variables for itself, and a native library sees only what the C library knows.
            _ = SetVariable(name, value, 1);
        }
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(string name, string value, int overwrite);

    [DllImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAllocation(int parameter, int value);
}
