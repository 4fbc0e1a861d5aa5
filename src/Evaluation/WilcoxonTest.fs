namespace CranePipeline.Evaluation

/// <summary>Outcome of a two-sided Wilcoxon signed-rank test of first − second; pairs without a difference are dropped (Wilcoxon, 1945).</summary>
[<Sealed>]
type WilcoxonTest internal (statistic: float, exact: bool, pValue: float, rankBiserial: float) =

    /// <summary>The sum of the ranks of positive differences or that of negative ones, whichever is smaller.</summary>
    member _.Statistic = statistic

    /// <summary>Whether the p-value comes from the exact distribution.</summary>
    member _.Exact = exact

    /// <summary>Two-sided p-value; 1 where no pair has a difference.</summary>
    member _.PValue = pValue

    /// <summary>
    /// Matched-pairs rank-biserial correlation (Kerby, 2014): (positive − negative) / (positive + negative) rank sum, from −1 to 1.
    /// </summary>
    member _.RankBiserial = rankBiserial
