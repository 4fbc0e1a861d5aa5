namespace CranePipeline.Evaluation

/// <summary>Outcome of a two-sided paired t-test of first − second.</summary>
/// <remarks>With no spread between the differences the statistic is 0 (and p 1) or infinite (and p 0).</remarks>
[<Sealed>]
type PairedTTest
    internal (count: int, meanDifference: float, statistic: float, pValue: float, lower: float, upper: float, d: float) =

    /// <summary>Pairs.</summary>
    member _.Count = count

    /// <summary>Mean of first − second.</summary>
    member _.MeanDifference = meanDifference

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
