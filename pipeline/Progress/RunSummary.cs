namespace CranePipeline.Progress;

/// <summary>What <c>-Json</c> tells of a run; <see cref="JsonSummary"/> writes it.</summary>
internal sealed record RunSummary
{
    /// <summary>The data set, or null where the stages need none.</summary>
    public string? Dataset { get; init; }

    /// <summary>Every stage that was looked at, in order.</summary>
    public IReadOnlyList<StageSummary> Stages { get; init; } = [];

    /// <summary>Training and metrics of every seed.</summary>
    public IReadOnlyList<SeedSummary> Seeds { get; init; } = [];

    /// <summary>What went wrong, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The exit code, or null where the run is done.</summary>
    public int? ExitCode { get; init; }
}
