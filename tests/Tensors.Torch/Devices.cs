using TorchSharp;

namespace CranePipeline.Tensors.Torch.Tests;

/// <summary>The devices of the machine that runs the tests.</summary>
internal static class Devices
{
    public static IEnumerable<string> Present => torch.cuda.is_available() ? ["torch-cpu", "cuda"] : ["torch-cpu"];

    public static TorchEngine Open(string device) => new(device, threads: 2);
}
