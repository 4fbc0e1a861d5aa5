namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

/// <summary>
/// The report's subject (first) against another model (second) on one data set and metric, tested across seeds and across users.
/// </summary>
[<Sealed>]
type Comparison
    internal
    (
        dataset: string,
        second: string,
        firstMean: float,
        secondMean: float,
        seeds: IReadOnlyList<int64>,
        seedsAlike: bool,
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

    /// <summary>
    /// Whether the difference is the same, within rounding, under every one of two or more shared seeds, so that there is no test.
    /// </summary>
    member _.SeedsAlike = seedsAlike

    /// <summary>Paired over seeds; null with fewer than two shared seeds, and where they are alike.</summary>
    member _.SeedsT: PairedTTest | null = Option.toObj seedsT

    /// <summary>Paired over seeds, as above.</summary>
    member _.SeedsWilcoxon: WilcoxonTest | null = Option.toObj seedsWilcoxon

    /// <summary>Paired over users, each user's mean over the shared seeds; null where values of each user are not at hand.</summary>
    member _.UsersT: PairedTTest | null = Option.toObj usersT

    /// <summary>Paired over users, as above.</summary>
    member _.UsersWilcoxon: WilcoxonTest | null = Option.toObj usersWilcoxon

    /// <summary>
    /// Holm-adjusted p-value of the t-test over seeds, among all comparisons of the data set; NaN where there is no test.
    /// </summary>
    member val SeedsTAdjusted = nan with get, set

    /// <summary>Holm-adjusted p-value of the signed-rank test over seeds.</summary>
    member val SeedsWilcoxonAdjusted = nan with get, set

    /// <summary>Holm-adjusted p-value of the t-test over users.</summary>
    member val UsersTAdjusted = nan with get, set

    /// <summary>Holm-adjusted p-value of the signed-rank test over users.</summary>
    member val UsersWilcoxonAdjusted = nan with get, set

/// <summary>Compares a model with every other.</summary>
[<AbstractClass; Sealed>]
type Comparisons =

    /// Each user's means under two models over the seeds that scored the user, paired, in order of user: a split for each seed tests
    /// different users. None where a run has no values of users.
    static let userMeans metric (first: ReportRun[]) (second: ReportRun[]) =
        let usable (run: ReportRun) =
            run.Users.Length > 0 && run.PerUser.ContainsKey metric

        if first.Length > 0 && Array.forall usable first && Array.forall usable second then
            let sums = SortedDictionary<int, struct (float * float * int)>()

            for own, other in Array.zip first second do
                let theirs = Dictionary<int, float>()
                Array.iter2 (fun user value -> theirs[user] <- value) other.Users other.PerUser[metric]

                for i in 0 .. own.Users.Length - 1 do
                    let user = own.Users[i]

                    let mine = own.PerUser[metric][i]

                    match theirs.TryGetValue user with
                    | true, value when not (Double.IsNaN value || Double.IsNaN mine) ->
                        let struct (a, b, count) =
                            match sums.TryGetValue user with
                            | true, sum -> sum
                            | _ -> struct (0.0, 0.0, 0)

                        sums[user] <- struct (a + mine, b + value, count + 1)
                    | _ -> ()

            if sums.Count < 2 then
                None
            else
                Some(
                    [| for struct (a, _, count) in sums.Values -> a / float count |],
                    [| for struct (_, b, count) in sums.Values -> b / float count |]
                )
        else
            None

    static let seedsOf (runs: ReportRun[]) (seeds: int64[]) =
        seeds |> Array.map (fun seed -> runs |> Array.find (fun run -> run.Seed = seed))

    /// Whether the differences have no spread, as those of models that draw nothing on a published split: one run done several times,
    /// which says nothing of the accidents of training. A t-test would have p 0.
    static let alike (first: float[]) (second: float[]) =
        let differences = Array.map2 (-) first second
        let largest = Seq.append first second |> Seq.map abs |> Seq.max
        Array.max differences - Array.min differences <= 1e-12 * largest

    static let adjust (comparisons: Comparison[]) (p: Comparison -> float option) (set: Comparison -> float -> unit) =
        let tested = comparisons |> Array.filter (fun comparison -> (p comparison).IsSome)

        let adjusted =
            Significance.Holm(tested |> Array.map (fun comparison -> (p comparison).Value))

        Array.iter2 set tested adjusted

    /// <summary>
    /// Compares the subject with every other model of the data set on one metric; Holm's adjustment is over these comparisons, for each
    /// kind of test by itself.
    /// </summary>
    /// <param name="runs">All runs; those of other data sets are passed over.</param>
    /// <param name="dataset">The data set.</param>
    /// <param name="subject">The model compared with the others.</param>
    /// <param name="metric">A metric with a value for each user.</param>
    static member Of
        (runs: IReadOnlyList<ReportRun>, dataset: string, subject: string, metric: string)
        : IReadOnlyList<Comparison> =
        ArgumentNullException.ThrowIfNull(runs, nameof runs)

        let here =
            runs
            |> Seq.filter (fun run -> run.Dataset = dataset && run.Metrics.ContainsKey metric)
            |> Seq.toArray

        let of' model =
            here |> Array.filter (fun run -> run.Model = model)

        let mean (chosen: ReportRun[]) =
            chosen |> Array.averageBy (fun run -> run.Metrics[metric])

        let own = of' subject

        if own.Length = 0 then
            [||]
        else
            let comparisons =
                [|
                    for other in here |> Seq.map (fun run -> run.Model) |> Seq.distinct do
                        if other <> subject then
                            let theirs = of' other

                            let seedSet (chosen: ReportRun[]) =
                                chosen |> Array.map (fun run -> run.Seed) |> Array.distinct

                            let seeds =
                                seedSet own
                                |> Array.filter (fun seed -> Array.contains seed (seedSet theirs))
                                |> Array.sort

                            let first, second = seedsOf own seeds, seedsOf theirs seeds

                            let values (chosen: ReportRun[]) =
                                chosen |> Array.map (fun run -> run.Metrics[metric])

                            let users = userMeans metric first second
                            let several = seeds.Length > 1
                            let seedsAlike = several && alike (values first) (values second)
                            let overSeeds = several && not seedsAlike

                            yield
                                Comparison(
                                    dataset,
                                    other,
                                    mean own,
                                    mean theirs,
                                    seeds,
                                    seedsAlike,
                                    (if overSeeds then
                                         Some(Significance.TTest(values first, values second, 0.95))
                                     else
                                         None),
                                    (if overSeeds then
                                         Some(Significance.Wilcoxon(values first, values second, false))
                                     else
                                         None),
                                    users |> Option.map (fun (a, b) -> Significance.TTest(a, b, 0.95)),
                                    users |> Option.map (fun (a, b) -> Significance.Wilcoxon(a, b, false))
                                )
                |]

            let p (test: Comparison -> 'a | null) (value: 'a -> float) comparison =
                test comparison |> Option.ofObj |> Option.map value

            adjust comparisons (p _.SeedsT _.PValue) (fun comparison value -> comparison.SeedsTAdjusted <- value)
            adjust comparisons (p _.SeedsWilcoxon _.PValue) (fun comparison value -> comparison.SeedsWilcoxonAdjusted <- value)
            adjust comparisons (p _.UsersT _.PValue) (fun comparison value -> comparison.UsersTAdjusted <- value)
            adjust comparisons (p _.UsersWilcoxon _.PValue) (fun comparison value -> comparison.UsersWilcoxonAdjusted <- value)
            comparisons
