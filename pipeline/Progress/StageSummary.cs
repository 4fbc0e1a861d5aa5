namespace CranePipeline.Progress;

/// <summary>One stage of a run.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Key">Its artifact's key, or null where it has none.</param>
/// <param name="State">How it ended.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Seed">The seed it ran for where there is one artifact a seed, or null.</param>
internal sealed record StageSummary(string Stage, string? Key, StageState State, double Seconds, long? Seed = null);
