using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CranePipeline.Tensors.Torch;

/// <summary>
/// Asks MKL, which multiplies libtorch's matrices, for the same order of additions each time: without, it depends on how its memory
/// happens to be aligned, and two runs differ in their last bits.
/// </summary>
internal static class NativeEnvironment
{
    /// <summary>Has to come before libtorch is loaded. What the user has set stays.</summary>
    public static void Prepare()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            Set("MKL_CBWR", Avx2.IsSupported ? "AVX2,STRICT" : "COMPATIBLE");
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
}
