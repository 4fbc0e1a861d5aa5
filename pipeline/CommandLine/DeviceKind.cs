namespace CranePipeline.CommandLine;

/// <summary>What computes the model.</summary>
internal enum DeviceKind
{
    /// <summary>The managed engine: any machine, nothing to install.</summary>
    Cpu,

    /// <summary>TorchSharp on an NVIDIA GPU; a build with <c>-p:Torch=cuda-linux</c>.</summary>
    Cuda,

    /// <summary>TorchSharp on the processor; a build with <c>-p:Torch=cpu</c>.</summary>
    TorchCpu,
}
