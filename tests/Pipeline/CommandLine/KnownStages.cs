using CranePipeline.CommandLine;

namespace CranePipeline.Pipeline.Tests.CommandLine;

internal static class KnownStages
{
    public static IReadOnlyList<StageDescription> Some { get; } =
    [
        new("ingest", "Read raw reviews and keep the 4-core.", IsInAll: true),
        new("train", "Train the model.", IsInAll: true),
        new("evaluate", "Rank every item for every test user and compute the metrics.", IsInAll: true),
        new("status", "Show what is fresh, stale or missing.", NeedsDataset: false),
    ];
}
