/// What a benchmark says, before it is written down.
module internal CranePipeline.Evaluation.BenchmarkResults

open System
open Results

/// What a mean is among those of its column.
type Place =
    | Best
    | Second
    | Other

/// A data set's models, the best of them, and that one against every other, its best rival first.
type Standing =
    {
        Dataset: string
        Models: Summary list
        Leader: Summary option
        Comparisons: Comparison list
    }

let private standing (input: BenchmarkInput) dataset =
    let models =
        [
            for model in input.Models do
                match
                    input.Runs
                    |> Seq.filter (fun run -> run.Dataset = dataset && run.Model = model)
                    |> Seq.sortBy _.Seed
                    |> Seq.toArray
                with
                | [||] -> ()
                | runs ->
                    yield
                        {
                            Dataset = dataset
                            Model = model
                            Ablation = false
                            Runs = runs
                        }
        ]

    let leader =
        match models |> List.filter (fun model -> (model.Metric input.Metric).IsSome) with
        | [] -> None
        | scored -> Some(scored |> List.maxBy _.Mean(input.Metric))

    {
        Dataset = dataset
        Models = models
        Leader = leader
        Comparisons =
            match leader with
            | None -> []
            | Some leader ->
                Comparisons.Of(input.Runs, dataset, leader.Model, input.Metric)
                |> Seq.sortByDescending _.SecondMean
                |> Seq.toList
    }

/// Every data set of the benchmark that has a run.
let standings (input: BenchmarkInput) =
    Seq.append (input.Datasets |> Seq.map _.Name) (input.Runs |> Seq.map _.Dataset)
    |> Seq.distinct
    |> Seq.map (standing input)
    |> Seq.filter (fun standing -> not standing.Models.IsEmpty)
    |> Seq.toList

/// Which of the models are best and second best in a metric of which more is better; equal means share their place.
let places (metric: string) (models: Summary list) =
    let means =
        models
        |> List.map _.Mean(metric)
        |> List.filter Double.IsFinite
        |> List.distinct
        |> List.sortDescending

    fun (model: Summary) ->
        let mean = model.Mean metric

        if not (moreIsBetter metric) || models.Length < 2 then
            Other
        else
            match means with
            | best :: _ when mean = best -> Best
            | _ :: second :: _ when mean = second -> Second
            | _ -> Other

/// "*" and "**" after the best model: it differs from its best rival across users, and across seeds too.
let stars (input: BenchmarkInput) standing (model: Summary) =
    match standing.Leader, standing.Comparisons with
    | Some leader, rival :: _ when leader.Model = model.Model -> Results.stars input.Significance rival
    | _ -> ""

/// The gain of a model over the baseline in a metric X: (X − X_MF) / X_MF. None for the baseline itself, and where either has no value.
let gain (input: BenchmarkInput) standing metric (model: Summary) =
    match standing.Models |> List.tryFind (fun one -> one.Model = input.Baseline) with
    | Some baseline when model.Model <> input.Baseline ->
        match model.Metric metric, baseline.Metric metric with
        | Some own, Some theirs when theirs.Mean > 0.0 -> Some(own.Mean / theirs.Mean - 1.0)
        | _ -> None
    | _ -> None

/// The headline of every data set: its best model against its best rival.
let headlines (input: BenchmarkInput) =
    [|
        for standing in standings input do
            match standing.Leader with
            | Some leader ->
                yield
                    {
                        Dataset = standing.Dataset
                        Subject = leader
                        Value = leader.Metric input.Metric
                        Rival = List.tryHead standing.Comparisons
                    }
            | None -> ()
    |]

/// The benchmark as the input of a report, for the sections that both have.
let asReport (input: BenchmarkInput) =
    ReportInput(
        Title = input.Title,
        Subject = input.Baseline,
        Metric = input.Metric,
        Columns = input.Columns,
        Datasets = input.Datasets,
        Runs = input.Runs,
        Significance = input.Significance
    )

/// What is missing of the runs, in a sentence; empty where nothing is.
let unfinished (input: BenchmarkInput) =
    if input.Planned > input.Runs.Count then
        $"{input.Runs.Count} of {input.Planned} runs are finished."
    else
        ""

/// What the stars and the gains mean.
let legend (input: BenchmarkInput) =
    let metric = Figures.heading input.Metric

    $"Test part, full ranking, training items masked; mean ± standard deviation over seeds. The best of a column is bold, the second underlined. * after the best {metric}: it differs from the best rival significantly across users (signed-rank test, paired by user over the shared seeds, Holm-adjusted over all rivals, p ≤ {Figures.short input.Significance}); **: across seeds too (paired t-test)."

/// What GRMF-X is.
let gainLegend (input: BenchmarkInput) =
    $"GRMF-X of GRecX (Cai et al., 2021): the gain of a model over matrix factorisation in metric X, computed as (X − X_MF) / X_MF; the matrix factorisation is {input.Baseline}, run by the same protocol."

let private mean (pick: ReportRun -> Nullable<float>) (model: Summary) =
    match model.Runs |> Array.map pick |> Array.filter _.HasValue with
    | [||] -> None
    | values -> Some(values |> Array.averageBy _.Value)

/// What training cost: a heading and a model's value in words.
let costs: (string * (Summary -> string)) list =
    let shown format value =
        value |> Option.map format |> Figures.orEmpty

    let whole (value: Nullable<int>) =
        if value.HasValue then
            Nullable(float value.Value)
        else
            Nullable()

    [
        "Parameters",
        (fun model ->
            model.Runs
            |> Array.tryPick (fun run -> Option.ofNullable run.Parameters)
            |> shown Figures.count)
        "Epoch", mean _.EpochSeconds >> shown Figures.duration
        "Epochs", mean (fun run -> Nullable(float run.History.Count)) >> shown Figures.meanCount
        "Best epoch", mean (fun run -> whole run.BestEpoch) >> shown Figures.meanCount
        "Training", mean _.TrainSeconds >> shown Figures.duration
        "Peak memory", mean _.PeakMemoryMB >> shown Figures.megabytes
        "Device",
        (fun model ->
            match
                model.Runs
                |> Array.map _.Device
                |> Array.distinct
                |> Array.filter (fun name -> name <> "")
            with
            | [||] -> "–"
            | names -> String.Join(", ", names))
    ]

/// "learningRate 0.003, embeddingSize 128".
let settings (choice: BenchmarkChoice) =
    if choice.Settings.Count = 0 then
        "the preset's"
    else
        String.Join(", ", choice.Settings |> Seq.map (fun entry -> $"{entry.Key} {entry.Value}"))

/// What was chosen: a heading and a choice's value in words.
let choices: (string * (BenchmarkChoice -> string)) list =
    [
        "Data set", _.Dataset
        "Model", _.Model
        "Trials", (fun choice -> Figures.count (int64 choice.Trials))
        "Validation Recall@20",
        (fun choice ->
            Option.ofNullable choice.ValidRecall20
            |> Option.map Figures.metric
            |> Figures.orEmpty)
        "Chosen settings", settings
    ]
