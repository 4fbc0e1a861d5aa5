using NUnit.Framework;
using TorchSharp;

namespace CranePipeline.Tensors.Torch.Tests;

/// <summary>Engines on the devices of the machine that runs the tests.</summary>
internal static class Devices
{
    /// <summary>Opens an engine, or ignores the test where the machine has no such device.</summary>
    public static IEngine Open(string device)
    {
        if (device == "cuda" && !torch.cuda.is_available())
        {
            Assert.Ignore("this machine shows no CUDA GPU");
        }

        return new TorchEngine(device, threads: 2);
    }
}
