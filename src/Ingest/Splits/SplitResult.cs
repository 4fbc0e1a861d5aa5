using CranePipeline.Tables;

namespace CranePipeline.Ingest;

/// <summary>A split: the part of every interaction, in the interactions' order.</summary>
/// <param name="Parts">One entry an interaction.</param>
/// <param name="Report">Counts and checks.</param>
public sealed record SplitResult(SplitPart[] Parts, SplitReport Report)
{
    /// <summary>How many interactions a part has.</summary>
    public int Count(SplitPart part) => Parts.AsSpan().Count(part);

    /// <summary>Writes a part's interactions, in their order, as <see cref="InteractionPairs"/>; returns their number.</summary>
    /// <param name="part">The part.</param>
    /// <param name="interactions">What was split.</param>
    /// <param name="path">Where.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public long Write(SplitPart part, Interactions interactions, string path)
    {
        ArgumentNullException.ThrowIfNull(interactions);
        ArgumentOutOfRangeException.ThrowIfNotEqual(interactions.Count, Parts.Length);
        int row = 0;
        return InteractionPairs.Write(
            path,
            Count(part),
            (users, items) =>
            {
                (SplitPart[] parts, int[] allUsers, int[] allItems) = (Parts, interactions.Users, interactions.Items);
                // Which part comes next cannot be foretold, so every row is written and only the part's are kept.
                for (int at = 0; at < users.Length; row++)
                {
                    (users[at], items[at]) = (allUsers[row], allItems[row]);
                    at += parts[row] == part ? 1 : 0;
                }
            }
        );
    }
}

/// <summary>The part of a split that an interaction belongs to.</summary>
public enum SplitPart : byte
{
    /// <summary>Learnt from.</summary>
    Train = 0,

    /// <summary>Chooses the epoch and the settings.</summary>
    Valid = 1,

    /// <summary>Measured on.</summary>
    Test = 2,

    /// <summary>In no part.</summary>
    Dropped = 3,
}

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

    /// <summary>Those of them that <see cref="SplitMethod.Labels"/> dropped because they have no label.</summary>
    public int WithoutLabel { get; init; }

    /// <summary>
    /// Users of validation or test without a training interaction, before <see cref="SplitOptions.ColdStartUsers"/> took effect.
    /// </summary>
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
