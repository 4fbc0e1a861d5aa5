namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>The report's subject (first) against another model (second) on one data set and metric, tested across seeds and across users.</summary>
[<Sealed>]
type Comparison
    internal
    (
        dataset: string,
        second: string,
        firstMean: float,
        secondMean: float,
        seeds: IReadOnlyList<int64>,
        seedsT: PairedTTest option,
        seedsWilcoxon: WilcoxonTest option,
        usersT: PairedTTest option,
        usersWilcoxon: WilcoxonTest option
    ) =

    /// <summary>The data set.</summary>
    member _.Dataset = dataset

    /// <summary>The model that the subject is compared with.</summary>
    member _.Second = second

    /// <summary>Mean of the first over its seeds.</summary>
    member _.FirstMean = firstMean

    /// <summary>Mean of the second over its seeds.</summary>
    member _.SecondMean = secondMean

    /// <summary>(first − second) / second.</summary>
    member _.Improvement = firstMean / secondMean - 1.0

    /// <summary>Seeds that both ran with.</summary>
    member _.Seeds = seeds

    /// <summary>Paired over seeds; null with fewer than two shared seeds.</summary>
    member _.SeedsT: PairedTTest | null = Option.toObj seedsT

    /// <summary>Paired over seeds; null with fewer than two shared seeds.</summary>
    member _.SeedsWilcoxon: WilcoxonTest | null = Option.toObj seedsWilcoxon

    /// <summary>Paired over users, each user's mean over the shared seeds; null where values of each user are not at hand.</summary>
    member _.UsersT: PairedTTest | null = Option.toObj usersT

    /// <summary>Paired over users, as above.</summary>
    member _.UsersWilcoxon: WilcoxonTest | null = Option.toObj usersWilcoxon

    /// <summary>Holm-adjusted p-value of the t-test over seeds, among all comparisons of the data set; NaN where there is no test.</summary>
    member val SeedsTAdjusted = nan with get, set

    /// <summary>Holm-adjusted p-value of the signed-rank test over seeds.</summary>
    member val SeedsWilcoxonAdjusted = nan with get, set

    /// <summary>Holm-adjusted p-value of the t-test over users.</summary>
    member val UsersTAdjusted = nan with get, set

    /// <summary>Holm-adjusted p-value of the signed-rank test over users.</summary>
    member val UsersWilcoxonAdjusted = nan with get, set
