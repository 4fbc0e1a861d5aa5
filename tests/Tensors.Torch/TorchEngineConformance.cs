using CranePipeline.Tensors.Tests;
using NUnit.Framework;

namespace CranePipeline.Tensors.Torch.Tests;

[TestFixtureSource(typeof(Devices), nameof(Devices.Present))]
internal sealed class TorchEngineConformance(string device) : EngineConformance(() => Devices.Open(device));
