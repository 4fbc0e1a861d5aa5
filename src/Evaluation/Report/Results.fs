/// What the report says about the runs, before it is written down.
module internal CranePipeline.Evaluation.Results

open System.Collections.Generic

/// One model on one data set, all its seeds.
type Summary =
    {
        Dataset: string
        Model: string
        Ablation: bool
        Runs: ReportRun[]
    }

    /// Mean and spread of a metric over the seeds; None where no run has it.
    member this.Metric(name: string) =
        match this.Runs |> Array.filter _.Metrics.ContainsKey(name) with
        | [||] -> None
        | runs -> Some(Significance.MeanInterval(runs |> Array.map _.Metrics[name], 0.95))

    member this.Mean name =
        match this.Metric name with
        | Some interval -> interval.Mean
        | None -> nan

/// Metrics of which more is better; only among these is a best one marked.
let moreIsBetter (metric: string) =
    [ "recall@"; "ndcg@"; "precision@"; "map@"; "hit@"; "mrr@" ]
    |> List.exists metric.StartsWith

/// Names of all data sets, the described ones first.
let datasets (input: ReportInput) =
    Seq.append
        (input.Datasets |> Seq.map _.Name)
        (Seq.append (input.Runs |> Seq.map _.Dataset) (input.Sweeps |> Seq.map _.Dataset))
    |> Seq.distinct
    |> Seq.toArray

/// Models of a data set, competitors in the order of their first run, then the subject, then its ablations.
let summaries (input: ReportInput) dataset =
    let order (summary: Summary) =
        if summary.Ablation then 2
        elif summary.Model = input.Subject then 1
        else 0

    input.Runs
    |> Seq.filter (fun run -> run.Dataset = dataset)
    |> Seq.groupBy _.Model
    |> Seq.map (fun (model, runs) ->
        let runs = Seq.toArray runs

        {
            Dataset = dataset
            Model = model
            Ablation =
                model <> input.Subject
                && Array.forall (fun (run: ReportRun) -> run.Ablation) runs
            Runs = runs |> Array.sortBy _.Seed
        })
    |> Seq.sortBy order
    |> Seq.toArray

/// Models that compete: all but the ablations.
let competitors input dataset =
    summaries input dataset |> Array.filter (fun summary -> not summary.Ablation)

/// The best mean of a metric among some models; NaN where there is none.
let best (metric: string) (among: Summary[]) =
    let means =
        among
        |> Array.map _.Mean(metric)
        |> Array.filter (fun mean -> not (System.Double.IsNaN mean))

    if means.Length < 2 || not (moreIsBetter metric) then
        nan
    else
        Array.max means

/// Metrics that any run of the data set has, in the order in which the product computes them; unknown ones last.
let metricNames (runs: ReportRun seq) =
    let known = Seq.append Metrics.PerUserMetrics Metrics.ListMetrics |> Seq.toArray

    let order (name: string) =
        let parts = name.Split '@'
        let place = System.Array.IndexOf(known, parts[0])

        let cutoff =
            match parts with
            | [| _; text |] ->
                match System.Int32.TryParse text with
                | true, k -> k
                | _ -> 0
            | _ -> 0

        (if place < 0 then known.Length else place), cutoff, name

    runs
    |> Seq.collect _.Metrics.Keys
    |> Seq.distinct
    |> Seq.sortBy order
    |> Seq.toArray

/// Comparisons of the subject with its competitors, on the metric of the report.
let comparisons (input: ReportInput) dataset =
    let models = competitors input dataset |> Array.map _.Model |> HashSet

    let runs =
        input.Runs |> Seq.filter (fun run -> models.Contains run.Model) |> Seq.toArray

    Comparisons.Of(runs, dataset, input.Subject, input.Metric) |> Seq.toArray

/// Why models run with several seeds have no test across them; empty where all have one.
let withoutSpread dataset (comparisons: Comparison seq) =
    match comparisons |> Seq.filter _.SeedsAlike |> Seq.map _.Second |> Seq.toList with
    | [] -> ""
    | names ->
        let names = System.String.Join(", ", names)
        $"{dataset}: no test across seeds against {names}, for the difference is the same under every seed."

/// "*" where the signed-rank test across users is significant after Holm's adjustment, "**" where the t-test across seeds is too.
let stars level (comparison: Comparison) =
    let users = comparison.UsersWilcoxonAdjusted <= level
    let seeds = comparison.SeedsTAdjusted <= level

    match users, seeds with
    | true, true -> "**"
    | true, false -> "*"
    | _ -> ""

/// The subject against the best of the others.
type Headline =
    {
        Dataset: string
        Subject: Summary
        /// None where no run of the subject could be scored.
        Value: Interval option
        Rival: Comparison option
    }

/// The headline of every data set that the subject was run on.
let headlines (input: ReportInput) =
    [|
        for dataset in datasets input do
            match
                competitors input dataset
                |> Array.tryFind (fun summary -> summary.Model = input.Subject)
            with
            | Some subject ->
                yield
                    {
                        Dataset = dataset
                        Subject = subject
                        Value = subject.Metric input.Metric
                        Rival =
                            match comparisons input dataset with
                            | [||] -> None
                            | others -> Some(others |> Array.maxBy _.SecondMean)
                    }
            | None -> ()
    |]

/// Why runs of a data set have no metrics, each reason with the seeds it holds for.
let unscored (input: ReportInput) dataset =
    input.Runs
    |> Seq.filter (fun run -> run.Dataset = dataset)
    |> Seq.choose (fun run -> Option.ofObj run.NobodyBecause |> Option.map (fun reason -> reason, run))
    |> Seq.groupBy fst
    |> Seq.map (fun (reason, runs) -> reason, runs |> Seq.map snd |> Seq.toArray)
    |> Seq.toList

/// Seeds in words.
let seedsInWords (runs: ReportRun seq) =
    let seeds = runs |> Seq.map _.Seed |> Seq.distinct |> Seq.sort |> Seq.toArray

    match seeds.Length with
    | 0 -> "no seed"
    | 1 -> $"seed {seeds[0]}"
    | n -> $"""{n} seeds ({System.String.Join(", ", seeds)})"""

/// What must be known of a data set's results, each a sentence.
let notes (input: ReportInput) dataset =
    [
        for reason, runs in unscored input dataset -> $"No user could be scored, {seedsInWords runs}: {reason}."
        for set in input.Datasets do
            if set.Name = dataset then
                for note in set.Notes -> $"{Figures.capital note}."
    ]

/// Colours of all models of the report: the subject has the first.
let colours (input: ReportInput) =
    let result = Dictionary<string, int>()
    result[input.Subject] <- 0

    for run in input.Runs do
        result.TryAdd(run.Model, result.Count) |> ignore

    fun (model: string) ->
        match result.TryGetValue model with
        | true, n -> n
        | _ -> 7
