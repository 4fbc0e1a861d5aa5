using CranePipeline.Tensors.Tests;
using NUnit.Framework;

namespace CranePipeline.Tensors.Torch.Tests;

[TestFixture("torch-cpu")]
[TestFixture("cuda")]
internal sealed class TorchEngineConformance(string device) : EngineConformance(() => Devices.Open(device));
