namespace CranePipeline.Evaluation

/// <summary>A mean and its confidence interval.</summary>
[<Sealed>]
type Interval internal (count: int, mean: float, standardDeviation: float, lower: float, upper: float) =

    /// <summary>Values.</summary>
    member _.Count = count

    /// <summary>Their mean.</summary>
    member _.Mean = mean

    /// <summary>Their standard deviation, with n − 1; 0 for one value.</summary>
    member _.StandardDeviation = standardDeviation

    /// <summary>Lower end; the mean itself for one value.</summary>
    member _.Lower = lower

    /// <summary>Upper end; the mean itself for one value.</summary>
    member _.Upper = upper
