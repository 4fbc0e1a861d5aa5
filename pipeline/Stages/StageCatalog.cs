using CranePipeline.CommandLine;
using CranePipeline.Commands;

namespace CranePipeline.Stages;

/// <summary>What <c>-Stage</c> can name.</summary>
internal static class StageCatalog
{
    /// <summary>Stage that fetches or generates raw data; it writes the data folder, not the store.</summary>
    public const string Download = "download";

    /// <summary>The stages with artifacts, each after those it reads.</summary>
    public static IReadOnlyList<Stage> Artifacts { get; } =
    [
        new IngestStage(),
        new SplitStage(),
        new FeaturesStage(),
        new CandidatesStage(),
        new TrainStage(),
        new EvaluateStage(),
        new ReportStage(),
    ];

    /// <summary>Stages with artifacts that only a command of the same name runs.</summary>
    public static IReadOnlyList<Stage> OnDemand { get; } = [new SearchStage()];

    /// <summary>All of them, for the command line and its help.</summary>
    public static IReadOnlyList<StageDescription> Descriptions { get; } =
    [
        new(Download, "Fetch or generate the raw files", IsInAll: true),
        new("ingest", "Clean raw interactions, reduce to a k-core, number users and items", IsInAll: true),
        new("split", "Divide interactions into train, valid and test, one split a seed", IsInAll: true),
        new("features", "Turn images, texts and vectors into feature tables", IsInAll: true),
        new("candidates", "Find every item's nearest items by each modality", IsInAll: true),
        new("train", "Train the model, one run a seed", IsInAll: true),
        new("evaluate", "Rank all items for every test user and score the lists", IsInAll: true),
        new("report", "Compare the data set's runs in tables", IsInAll: true),
        .. CommandCatalog.Descriptions,
    ];
}
