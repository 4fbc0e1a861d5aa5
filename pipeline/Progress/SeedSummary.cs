namespace CranePipeline.Progress;

/// <summary>What training and evaluation gave for one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Train">How training went, or null where it was not looked at.</param>
/// <param name="Metrics">Test metrics by name, such as "recall@20"; empty where there are none.</param>
internal sealed record SeedSummary(long Seed, TrainSummary? Train, IReadOnlyDictionary<string, double> Metrics);
