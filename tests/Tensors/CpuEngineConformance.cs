using NUnit.Framework;

namespace CranePipeline.Tensors.Tests;

[TestFixture]
internal sealed class CpuEngineConformance() : EngineConformance(() => new CpuEngine(threads: 2));
