using CranePipeline.Progress;
using CranePipeline.Store;
using CranePipeline.Tables;
using CranePipeline.Tensors;

namespace CranePipeline.Stages;

/// <summary>What a run has besides settings: folders, threads, an engine, someone to tell, and the wish to stop.</summary>
internal sealed class RunEnvironment
{
    /// <summary>The artifact store.</summary>
    public required ArtifactStore Store { get; init; }

    /// <summary>The folder raw files are looked for in.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Threads to use, at least 1.</summary>
    public required int Threads { get; init; }

    /// <summary>Makes an engine on the chosen device.</summary>
    public required Func<IEngine> CreateEngine { get; init; }

    /// <summary>The cluster that runs the data stages, or null where this process does.</summary>
    public SparkCluster? Spark { get; init; }

    /// <summary>Where progress and messages go.</summary>
    public required IProgressDisplay Display { get; init; }

    /// <summary>Remake the requested artifacts even if they are there.</summary>
    public bool Force { get; init; }

    /// <summary>Check the content of artifacts, not only their sizes.</summary>
    public bool Verify { get; init; }

    /// <summary>Set when the user interrupts.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>How far the current stage has come.</summary>
    public IProgress<WorkProgress> Progress => Display;
}
