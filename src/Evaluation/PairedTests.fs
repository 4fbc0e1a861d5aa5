namespace CranePipeline.Evaluation

/// <summary>Outcome of a two-sided paired t-test of first − second.</summary>
/// <remarks>With no spread between the differences the statistic is 0 (and p 1) or infinite (and p 0).</remarks>
[<Sealed>]
type PairedTTest
    internal
    (
        count: int,
        meanDifference: float,
        standardDeviation: float,
        statistic: float,
        pValue: float,
        lower: float,
        upper: float,
        d: float
    ) =

    /// <summary>Pairs.</summary>
    member _.Count = count

    /// <summary>Mean of first − second.</summary>
    member _.MeanDifference = meanDifference

    /// <summary>Standard deviation of the differences, with n − 1.</summary>
    member _.StandardDeviation = standardDeviation

    /// <summary>t with n − 1 degrees of freedom.</summary>
    member _.Statistic = statistic

    /// <summary>Two-sided p-value.</summary>
    member _.PValue = pValue

    /// <summary>Lower end of the confidence interval of the mean difference.</summary>
    member _.Lower = lower

    /// <summary>Upper end of the confidence interval of the mean difference.</summary>
    member _.Upper = upper

    /// <summary>Cohen's d_z: mean difference / standard deviation of the differences.</summary>
    member _.EffectSize = d

/// <summary>Outcome of a two-sided Wilcoxon signed-rank test of first − second; pairs without a difference are dropped (Wilcoxon, 1945).</summary>
[<Sealed>]
type WilcoxonTest
    internal
    (count: int, zeros: int, positiveRanks: float, negativeRanks: float, exact: bool, z: float, pValue: float, rankBiserial: float)
    =

    /// <summary>Pairs with a difference.</summary>
    member _.Count = count

    /// <summary>Pairs without one, which were dropped.</summary>
    member _.Zeros = zeros

    /// <summary>Sum of the ranks of positive differences.</summary>
    member _.PositiveRanks = positiveRanks

    /// <summary>Sum of the ranks of negative differences.</summary>
    member _.NegativeRanks = negativeRanks

    /// <summary>The smaller of the two sums.</summary>
    member _.Statistic = min positiveRanks negativeRanks

    /// <summary>Whether the p-value comes from the exact distribution.</summary>
    member _.Exact = exact

    /// <summary>Standardised statistic of the normal approximation; 0 where the exact distribution was used.</summary>
    member _.Z = z

    /// <summary>Two-sided p-value; 1 where no pair has a difference.</summary>
    member _.PValue = pValue

    /// <summary>
    /// Matched-pairs rank-biserial correlation (Kerby, 2014): (positive − negative) / (positive + negative) rank sum, from −1 to 1.
    /// </summary>
    member _.RankBiserial = rankBiserial

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
