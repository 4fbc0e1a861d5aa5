using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace CranePipeline.Tensors.Torch;

/// <summary>The native libraries behind TorchSharp: whether they can be loaded, and what is missing where they cannot.</summary>
internal static partial class Libtorch
{
    private const string BindingName = "LibTorchSharp";

    private static readonly string[] Platforms = ["linux-x64", "osx-arm64", "win-arm64", "win-x64"];

    /// <summary>Loads libtorch, before anything of TorchSharp is used.</summary>
    /// <param name="device">"cuda" or "torch-cpu".</param>
    /// <exception cref="PlatformNotSupportedException">It cannot be loaded; the message says why and what would help.</exception>
    public static void Load(string device)
    {
        if (WhyNot(device) is { } reason)
        {
            throw new PlatformNotSupportedException(reason);
        }

        torch.InitializeDeviceType(DeviceType.CPU);
    }

    /// <summary>Why libtorch cannot be loaded, or null where it can.</summary>
    public static string? WhyNot(string device)
    {
        string platform = RuntimeInformation.RuntimeIdentifier;
        if (!Platforms.Contains(platform))
        {
            return Unsupported(platform);
        }

        NativeEnvironment.Prepare();
        Assembly binding = typeof(torch).Assembly;
        bool gpu = NativeLibrary.TryLoad("torch_cuda", binding, null, out _);
        if (device == "cuda" && !gpu && NativeLibrary.TryLoad(BindingName, binding, null, out _))
        {
            return "this build has libtorch for the processor alone; start it "
                + "with ./run.ps1 -Device cuda, or build with -p:Torch=cuda-linux";
        }

        try
        {
            // Windows looks for what a library needs only among those loaded; elsewhere it is found beside it.
            _ = NativeLibrary.TryLoad("torch_cpu", binding, null, out _);
            NativeLibrary.Load(BindingName, binding, null);
            return null;
        }
        catch (DllNotFoundException problem)
        {
            return Explain(device, problem.Message);
        }
    }

    /// <summary>What a loader's message means for a user.</summary>
    internal static string Explain(string device, string message)
    {
        if (NeededVersion().Match(message) is { Success: true } needed)
        {
            return "TorchSharp needs the C++ runtime of GCC 13.2 or later, which this system does not have "
                + $"({needed.Groups[1].Value} is missing); Ubuntu 24.04, Debian 13 and Fedora 39 have it, and -Device cpu does without";
        }

        // The loader tells of every place it looked at; a file that is there and cannot be loaded is told of in other words.
        string? other = message
            .Split('\n')
            .Skip(1)
            .Select(line => line.Trim())
            .FirstOrDefault(line => line.Length > 0 && !line.EndsWith("No such file or directory", StringComparison.Ordinal));
        string property = device == "cuda" ? "cuda-linux" : "cpu";
        return other is null || !OperatingSystem.IsLinux()
            ? $"this build is without libtorch; start it with ./run.ps1 -Device {device}, or build with -p:Torch={property}"
            : $"libtorch cannot be loaded: {other}; -Device cpu does without";
    }

    internal static string Unsupported(string platform) =>
        platform.Contains("musl", StringComparison.Ordinal)
            ? $"TorchSharp needs glibc, and this system ({platform}) has musl; a distribution "
                + "with glibc has it (Ubuntu 24.04, Debian 13, Fedora 39), and -Device cpu does without"
            : $"TorchSharp has no native library for {platform}; it has one "
                + $"for {string.Join(", ", Platforms)}, and -Device cpu does without";

    [GeneratedRegex(@"version .(GLIBC(?:XX)?_[\d.]+|CXXABI_[\d.]+). not found")]
    private static partial Regex NeededVersion();
}
