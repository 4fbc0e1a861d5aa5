namespace CranePipeline.Ingest;

/// <summary>What a split came to; counted from the finished parts, not from what the rule meant to do.</summary>
public sealed record SplitReport
{
    /// <summary>The rule.</summary>
    public SplitMethod Method { get; init; }

    /// <summary>The seed.</summary>
    public long Seed { get; init; }

    /// <summary>Training interactions.</summary>
    public int Train { get; init; }

    /// <summary>Validation interactions.</summary>
    public int Valid { get; init; }

    /// <summary>Test interactions.</summary>
    public int Test { get; init; }

    /// <summary>Interactions in no part.</summary>
    public int Dropped { get; init; }

    /// <summary>(user, item) pairs that stand in more than one part; splitting fails unless this is 0.</summary>
    public int PairsInTwoParts { get; init; }

    /// <summary>Users of validation or test without a training interaction, before <see cref="SplitOptions.ColdStartUsers"/> took effect.</summary>
    public int ColdStartUsers { get; init; }

    /// <summary>Their interactions in validation and test.</summary>
    public int ColdStartInteractions { get; init; }

    /// <summary>Whether every user of validation and test has a training interaction in the finished split.</summary>
    public bool EveryUserKnown { get; init; }

    /// <summary>Items of validation or test without a training interaction.</summary>
    public int ColdStartItems { get; init; }

    /// <summary>Interactions that a time-ordered rule put first because they have no time.</summary>
    public int WithoutTimestamp { get; init; }

    /// <summary>Share of the training part in all that was not dropped.</summary>
    public double TrainShare => Share(Train);

    /// <summary>Share of the validation part.</summary>
    public double ValidShare => Share(Valid);

    /// <summary>Share of the test part.</summary>
    public double TestShare => Share(Test);

    private double Share(int part) => Train + Valid + Test == 0 ? 0 : (double)part / (Train + Valid + Test);
}
