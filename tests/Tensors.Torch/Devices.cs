using System.Reflection;
using System.Runtime.InteropServices;
using NUnit.Framework;
using TorchSharp;

namespace CranePipeline.Tensors.Torch.Tests;

/// <summary>The devices of the machine that runs the tests.</summary>
internal static class Devices
{
    /// <summary>Why no test of TorchSharp can run here, or null.</summary>
    public static string? Missing { get; } = Find();

    public static IEnumerable<string> Present =>
        Missing is null && torch.cuda.is_available() ? ["torch-cpu", "cuda"] : ["torch-cpu"];

    public static TorchEngine Open(string device)
    {
        Require();
        return new TorchEngine(device, threads: 2);
    }

    /// <summary>Skips the test, which is counted, where libtorch cannot be loaded.</summary>
    public static void Require()
    {
        if (Missing is not null)
        {
            Assert.Ignore(Missing);
        }
    }

    /// <summary>Where the native libraries lie that are not part of the program's own build.</summary>
    public static IEnumerable<string> Folders =>
        Metadata("LibtorchFolder") is { } folder
            ? [folder, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")]
            : [];

    private static string? Find()
    {
        NativeEnvironment.Prepare();
        // What a library needs is not looked for again once a library of that name is loaded.
        foreach (string name in (string[])["c10", "torch_cpu", "torch"])
        {
            string file =
                OperatingSystem.IsWindows() ? $"{name}.dll"
                : OperatingSystem.IsMacOS() ? $"lib{name}.dylib"
                : $"lib{name}.so";
            if (Metadata("LibtorchFolder") is { } folder)
            {
                _ = NativeLibrary.TryLoad(Path.Combine(folder, file), out _);
            }
        }

        return Libtorch.WhyNot("torch-cpu");
    }

    private static string? Metadata(string key) =>
        typeof(Devices)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(attribute => attribute.Key == key)
            ?.Value;
}
