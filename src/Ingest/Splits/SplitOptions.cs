namespace CranePipeline.Ingest;

/// <summary>How the interactions are split.</summary>
public sealed record SplitOptions
{
    /// <summary>The rule.</summary>
    public SplitMethod Method { get; init; } = SplitMethod.Random;

    /// <summary>Shares of training, validation and test, as whole numbers (CRANE paper, section 4.1: 8:1:1).</summary>
    public IReadOnlyList<int> Ratios { get; init; } = [8, 1, 1];

    /// <summary>What becomes of users whose interactions are all in validation and test.</summary>
    public ColdStartUsers ColdStartUsers { get; init; } = ColdStartUsers.Keep;
}
