using CranePipeline.Operations;
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

    /// <summary>Set when the user interrupts.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Set with <see cref="Cancellation"/>, and when the time is up: what can go on later from where it is stops.</summary>
    public CancellationToken Pause { get; init; }

    /// <summary>The longest wait for another run, or null for any.</summary>
    public TimeSpan? WaitLimit { get; init; }

    /// <summary>Who is told what happens, besides the person who watches.</summary>
    public IRunObserver Observer { get; init; } = new RunObservers([]);

    /// <summary>How often a stage is tried again when something that can pass, such as a network, stops it.</summary>
    public int StageRetries { get; init; } = 2;

    /// <summary>How this run waits for others.</summary>
    /// <param name="what">For what, to begin the message.</param>
    public StoreWait Wait(string what) => new(why => Display.Info($"{what}: {why}; waiting for it"), WaitLimit, Cancellation);

    /// <summary>How far the current stage has come.</summary>
    public IProgress<WorkProgress> Progress => Display;
}
