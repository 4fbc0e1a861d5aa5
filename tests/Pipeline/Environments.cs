using CranePipeline.Progress;
using CranePipeline.Stages;
using CranePipeline.Store;

namespace CranePipeline.Pipeline.Tests;

/// <summary>What a run has besides settings, for tests that compute nothing.</summary>
internal static class Environments
{
    public static RunEnvironment Of(ArtifactStore store, string data = "", bool force = false) =>
        new()
        {
            Store = store,
            DataFolder = data,
            Threads = 1,
            CreateEngine = () => throw new InvalidOperationException("nothing is computed here"),
            Force = force,
            Display = new PlainProgressDisplay(TextWriter.Null, false, TimeProvider.System),
        };
}
