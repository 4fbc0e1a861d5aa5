namespace CranePipeline.Evaluation

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
