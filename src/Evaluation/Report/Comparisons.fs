namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

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

                    match theirs.TryGetValue user with
                    | true, value ->
                        let struct (a, b, count) =
                            match sums.TryGetValue user with
                            | true, sum -> sum
                            | _ -> struct (0.0, 0.0, 0)

                        sums[user] <- struct (a + own.PerUser[metric][i], b + value, count + 1)
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

                            let overSeeds = seeds.Length > 1

                            yield
                                Comparison(
                                    dataset,
                                    other,
                                    mean own,
                                    mean theirs,
                                    seeds,
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
