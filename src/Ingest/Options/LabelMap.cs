namespace CranePipeline.Ingest;

/// <summary>The values of a label column, part by part; compared without regard to letter case.</summary>
public sealed record LabelMap
{
    /// <summary>Values that mean training.</summary>
    public IReadOnlyList<string> Train { get; init; } = ["0", "train", "training"];

    /// <summary>Values that mean validation.</summary>
    public IReadOnlyList<string> Valid { get; init; } = ["1", "valid", "val", "validation", "dev"];

    /// <summary>Values that mean test.</summary>
    public IReadOnlyList<string> Test { get; init; } = ["2", "test", "testing"];
}
