namespace CranePipeline.Training;

/// <summary>How a user's profile follows from the items the user chose (eq. 5; section 4.8).</summary>
public enum UserAggregation
{
    /// <summary>Sum of the items' projected features.</summary>
    Sum,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their maximum, column by column.</summary>
    Max,

    /// <summary>Their mean under softmax weights from a trained score of each item.</summary>
    Attention,
}
