using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Ingest;

/// <summary>How the interactions are split.</summary>
public sealed record SplitOptions
{
    /// <summary>The rule.</summary>
    public SplitMethod Method { get; init; } = SplitMethod.Random;

    /// <summary>Shares of training, validation and test, as whole numbers (CRANE paper, section 4.1: 8:1:1).</summary>
    public IReadOnlyList<int> Ratios { get; init; } = [8, 1, 1];

    /// <summary>
    /// With labels that leave validation empty: the share of the training interactions that it takes, the first in the order of
    /// their hash under the seed.
    /// </summary>
    [Range(0.0, 0.9)]
    public double ValidFromTrain { get; init; }

    /// <summary>What becomes of users whose interactions are all in validation and test.</summary>
    public ColdStartUsers ColdStartUsers { get; init; } = ColdStartUsers.Keep;
}

/// <summary>How interactions are shared among training, validation and test.</summary>
public enum SplitMethod
{
    /// <summary>All interactions in the order of their hash, cut by the ratios: the CRANE paper's random split.</summary>
    Random,

    /// <summary>
    /// MMRec's rule, user by user in the order of the hash: under ten interactions one to test and one to validation, otherwise
    /// ⌊20 %⌋ of them, half to test (rounded down) and the rest to validation. A user of one keeps it for training, a user of two
    /// gives one to test.
    /// </summary>
    PerUser,

    /// <summary>
    /// Every user's last interaction to test and the last but one to validation; by time where there are times, otherwise by
    /// hash. A user of one keeps it for training, a user of two gives one to test.
    /// </summary>
    LeaveOneOut,

    /// <summary>Every user's interactions by time, cut by the ratios.</summary>
    UserTime,

    /// <summary>All interactions by time, cut by the ratios: nothing of the test part is older than anything learnt from.</summary>
    GlobalTime,

    /// <summary>As the labels in the file say; interactions without a label are dropped.</summary>
    Labels,
}

/// <summary>What becomes of validation and test interactions of users without any training interaction.</summary>
public enum ColdStartUsers
{
    /// <summary>They stay where they are and are reported; ranking metrics leave such users out anyway.</summary>
    Keep,

    /// <summary>They are dropped, so that every user of validation and test is known from training.</summary>
    Drop,
}
