using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using CranePipeline.CommandLine;
using CranePipeline.Tables;
using CranePipeline.Tensors;
using CranePipeline.Tensors.Torch;

namespace CranePipeline.Stages;

/// <summary>Makes the engine of a device.</summary>
internal static class EngineFactory
{
    /// <summary>Opens an engine.</summary>
    /// <exception cref="InputException">This build or this machine does not have the device.</exception>
    public static IEngine Create(DeviceKind device, int threads) =>
        device switch
        {
            DeviceKind.Cpu => new CpuEngine(threads),
            DeviceKind.Cuda => Torch("cuda", threads),
            _ => Torch("torch-cpu", threads),
        };

    // Neither inlined nor of a type of its own, so that a run on the cpu engine does not even load TorchSharp's managed part.
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SuppressMessage("Performance", "CA1859", Justification = "The caller is not to know the type.")]
    private static IEngine Torch(string device, int threads)
    {
        try
        {
            return new TorchEngine(device, threads);
        }
        catch (PlatformNotSupportedException problem)
        {
            throw new InputException($"-Device {device}: {problem.Message}", problem);
        }
    }
}
