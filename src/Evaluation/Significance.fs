namespace CranePipeline.Evaluation

open System
open System.Collections.Generic
open MathNet.Numerics
open MathNet.Numerics.Distributions

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

/// <summary>
/// Outcome of a two-sided Wilcoxon signed-rank test of first − second; pairs without a difference are dropped (Wilcoxon, 1945).
/// </summary>
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

/// <summary>Tests of paired values: two models on the same seeds, or on the same users.</summary>
[<AbstractClass; Sealed>]
type Significance =

    /// <summary>Largest number of differences for which the exact signed-rank distribution is used.</summary>
    static let exactLimit = 50

    static let moments (values: float[]) =
        let n = float values.Length
        let mean = Array.sum values / n
        let mutable squares = 0.0

        for value in values do
            squares <- squares + (value - mean) * (value - mean)

        mean,
        (if values.Length > 1 then
             sqrt (squares / (n - 1.0))
         else
             0.0)

    /// P(|T| ≥ |t|). The incomplete beta function keeps its relative precision far out in the tail, where 1 − CDF would not.
    static let twoSided degrees t =
        SpecialFunctions.BetaRegularized(degrees / 2.0, 0.5, degrees / (degrees + t * t))

    /// |t| such that P(−t ≤ T ≤ t) = confidence.
    static let studentQuantile degrees confidence =
        let rough = StudentT.InvCDF(0.0, 1.0, degrees, 0.5 + confidence / 2.0)
        // The library's root has about ten digits; a Newton step doubles them.
        rough
        + (twoSided degrees rough - (1.0 - confidence))
          / (2.0 * StudentT.PDF(0.0, 1.0, degrees, rough))

    static let differences (first: IReadOnlyList<float>) (second: IReadOnlyList<float>) =
        ArgumentNullException.ThrowIfNull(first, nameof first)
        ArgumentNullException.ThrowIfNull(second, nameof second)

        if first.Count <> second.Count then
            raise (ArgumentException $"Paired values must be equally many, not {first.Count} and {second.Count}.")

        Array.init first.Count (fun i -> first[i] - second[i])

    /// <summary>Mean and confidence interval (Student's t) of independent values, such as one metric over seeds.</summary>
    /// <param name="values">At least one value.</param>
    /// <param name="confidence">Between 0 and 1.</param>
    static member MeanInterval(values: IReadOnlyList<float>, confidence: float) =
        ArgumentNullException.ThrowIfNull(values, nameof values)
        ArgumentOutOfRangeException.ThrowIfZero(values.Count, nameof values)
        let mean, deviation = moments (Seq.toArray values)

        let half =
            if values.Count > 1 then
                studentQuantile (float (values.Count - 1)) confidence * deviation
                / sqrt (float values.Count)
            else
                0.0

        Interval(values.Count, mean, deviation, mean - half, mean + half)

    /// <summary>Paired two-sided t-test (Student, 1908) with a confidence interval and Cohen's d_z.</summary>
    /// <param name="first">Values of one model, at least two.</param>
    /// <param name="second">Values of the other, paired with them.</param>
    /// <param name="confidence">Of the interval, between 0 and 1.</param>
    /// <exception cref="T:System.ArgumentException">Not equally many, or fewer than two.</exception>
    static member TTest(first: IReadOnlyList<float>, second: IReadOnlyList<float>, confidence: float) =
        let differences = differences first second

        if differences.Length < 2 then
            raise (ArgumentException "A paired t-test needs at least two pairs.")

        let n = float differences.Length
        let mean, deviation = moments differences
        let error = deviation / sqrt n

        if error = 0.0 then
            let statistic = if mean = 0.0 then 0.0 else Math.CopySign(infinity, mean)
            PairedTTest(differences.Length, mean, statistic, (if mean = 0.0 then 1.0 else 0.0), mean, mean, statistic)
        else
            let degrees = n - 1.0
            let t = mean / error
            let p = twoSided degrees t
            let half = studentQuantile degrees confidence * error
            PairedTTest(differences.Length, mean, t, p, mean - half, mean + half, mean / deviation)

    /// <summary>
    /// Two-sided Wilcoxon signed-rank test. Zeros are dropped; up to 50 differences that remain: exact, with ties too. Otherwise the
    /// normal approximation with the variance corrected for ties.
    /// </summary>
    /// <param name="first">Values of one model.</param>
    /// <param name="second">Values of the other, paired with them.</param>
    /// <param name="continuity">Whether the approximation moves the statistic half a rank towards its mean.</param>
    /// <exception cref="T:System.ArgumentException">Not equally many.</exception>
    static member Wilcoxon(first: IReadOnlyList<float>, second: IReadOnlyList<float>, continuity: bool) =
        let all = differences first second
        let kept = all |> Array.filter (fun difference -> difference <> 0.0)
        let n = kept.Length

        if n = 0 then
            WilcoxonTest(0.0, true, 1.0, 0.0)
        else
            let magnitudes = Array.map abs kept
            Array.Sort(magnitudes, kept)
            let mutable positive = 0.0
            let mutable negative = 0.0
            let mutable ties = 0.0
            let doubledRanks = Array.zeroCreate<int> n
            let mutable start = 0

            while start < n do
                let mutable stop = start + 1

                while stop < n && magnitudes[stop] = magnitudes[start] do
                    stop <- stop + 1

                let rank = float (start + 1 + stop) / 2.0
                let size = float (stop - start)
                ties <- ties + size * (size * size - 1.0)

                for i in start .. stop - 1 do
                    doubledRanks[i] <- start + 1 + stop

                    if kept[i] > 0.0 then
                        positive <- positive + rank
                    else
                        negative <- negative + rank

                start <- stop

            let biserial = (positive - negative) / (positive + negative)
            let smaller = min positive negative

            // The approximation is not used for few differences with ties: three equal ones would have p 0.08, and at best they have 0.25.
            if n <= exactLimit then
                let p =
                    min 1.0 (2.0 * SignedRankDistribution.atMost doubledRanks (int (2.0 * smaller)))

                WilcoxonTest(smaller, true, p, biserial)
            else
                let count = float n
                let expected = count * (count + 1.0) / 4.0
                let variance = count * (count + 1.0) * (2.0 * count + 1.0) / 24.0 - ties / 48.0

                let shift =
                    if continuity then
                        0.5 * float (sign (smaller - expected))
                    else
                        0.0

                let z =
                    if variance > 0.0 then
                        (smaller - expected - shift) / sqrt variance
                    else
                        0.0

                let p = min 1.0 (SpecialFunctions.Erfc(abs z / sqrt 2.0))
                WilcoxonTest(smaller, false, p, biserial)

    /// <summary>
    /// Holm's (1979) step-down adjustment of p-values of several comparisons: those at most α after it are significant at family-wise
    /// level α.
    /// </summary>
    /// <returns>Adjusted p-values in the given order.</returns>
    static member Holm(pValues: IReadOnlyList<float>) =
        ArgumentNullException.ThrowIfNull(pValues, nameof pValues)
        let order = Array.init pValues.Count id |> Array.sortBy (fun i -> pValues[i])
        let adjusted = Array.zeroCreate<float> pValues.Count
        let mutable largest = 0.0

        for step in 0 .. order.Length - 1 do
            largest <- max largest (min 1.0 (float (order.Length - step) * pValues[order[step]]))
            adjusted[order[step]] <- largest

        adjusted
