using CranePipeline.Configuration;
using CranePipeline.Store;

namespace CranePipeline.Stages;

/// <summary>
/// One stage: what it reads, which settings decide its content, and how its artifact is made. Stages are wired by name only, so a stage
/// can be read, tested and replaced without the others.
/// </summary>
internal abstract class Stage
{
    /// <summary>The stage's name on the command line and in the store.</summary>
    public abstract string Name { get; }

    /// <summary>Part of the artifact's key; raised whenever the code would write other bytes from the same inputs and settings.</summary>
    public abstract int Version { get; }

    /// <summary>Whether there is one artifact a seed rather than one for the data set.</summary>
    public virtual bool PerSeed => false;

    /// <summary>Names of the stages whose artifacts it reads.</summary>
    public virtual IReadOnlyList<string> Inputs(PipelineSettings settings) => [];

    /// <summary>Whether it reads raw files.</summary>
    public virtual bool ReadsRawFiles => false;

    /// <summary>Whether it passes over raw files that are not there, so that their absence is no error.</summary>
    public virtual bool PassesOverRawFiles => false;

    /// <summary>The raw files it reads.</summary>
    public virtual IReadOnlyList<RawFile> RawFiles(PipelineSettings settings) => [];

    /// <summary>Artifacts it reads beyond those of this run: the report shows every run that can be compared.</summary>
    public virtual IReadOnlyList<ArtifactInput> OtherInputs(PipelineSettings settings, ArtifactStore store, StageGraph graph) =>
        [];

    /// <summary>Exactly the settings it reads, as a record; its canonical form is part of the artifact's key.</summary>
    public abstract object Settings(PipelineSettings settings, long seed);

    /// <summary>Seconds that an artifact of it took, by which others are foretold.</summary>
    public virtual double SecondsOf(Artifact artifact) => artifact.Manifest.Duration.TotalSeconds;

    /// <summary>Reads the inputs and writes the outputs.</summary>
    public abstract void Make(StageContext context);
}

/// <summary>A raw file a stage reads.</summary>
/// <param name="Name">Path relative to the data folder, with forward slashes.</param>
/// <param name="Path">Where it lies.</param>
internal sealed record RawFile(string Name, string Path);

/// <summary>What a stage gets to work with.</summary>
internal sealed class StageContext
{
    /// <summary>All effective settings.</summary>
    public required PipelineSettings Settings { get; init; }

    /// <summary>The seed, for a stage that has one artifact a seed.</summary>
    public required long Seed { get; init; }

    /// <summary>Input artifacts, by stage name; a stage that reads every seed's artifacts finds them under "name/seed".</summary>
    public required IReadOnlyDictionary<string, Artifact> Inputs { get; init; }

    /// <summary>What the artifacts of the other stages are called under these settings.</summary>
    public required StageGraph Graph { get; init; }

    /// <summary>Where outputs go.</summary>
    public required StagingArea Staging { get; init; }

    /// <summary>A folder for checkpoints that outlives a killed run and goes when the artifact is complete.</summary>
    public required string ResumeFolder { get; init; }

    /// <summary>What came out, in a few words for the person who watches; the stage sets it.</summary>
    public string? Summary { get; set; }

    /// <summary>The rest of the run: folders, threads, engine, progress, cancellation.</summary>
    public required RunEnvironment Environment { get; init; }
}
