using System.Runtime.InteropServices;

namespace CranePipeline.Tensors.Torch;

/// <summary>What the driver says of the current GPU's memory; TorchSharp does not pass it on.</summary>
internal static class DeviceMemory
{
    /// <summary>Free and all bytes of the GPU that the calling thread uses, or null where the driver does not tell.</summary>
    public static (long Free, long Total)? Read()
    {
        try
        {
            return ReadMemory(out nuint free, out nuint total) == 0 ? ((long)free, (long)total) : null;
        }
        catch (Exception problem) when (problem is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    // CUDA driver API; needs a context on the thread, which the library's first tensor has made.
    [DllImport("libcuda.so.1", EntryPoint = "cuMemGetInfo_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadMemory(out nuint free, out nuint total);
}
