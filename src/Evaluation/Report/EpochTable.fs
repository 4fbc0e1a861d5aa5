/// What of a model's curves a table can hold, its kept and its last epoch, before it is written down.
module internal CranePipeline.Evaluation.EpochTable

open System
open Results

let private finite (value: Nullable<float>) =
    Option.ofNullable value |> Option.filter Double.IsFinite

let private epoch (point: EpochPoint) = Some(float point.Epoch)
let private ndcg (point: EpochPoint) = finite point.ValidNdcg20
let private loss (point: EpochPoint) = finite (Nullable point.Loss)

let private kept value (run: ReportRun) =
    run.History
    |> Seq.tryFind (fun point -> run.BestEpoch = Nullable point.Epoch)
    |> Option.bind value

/// Of the last epoch that has the value: not every epoch is validated.
let private last value (run: ReportRun) =
    run.History |> Seq.rev |> Seq.tryPick value

let private columns: (string * (ReportRun -> float option) * (float -> string)) list =
    [
        "Kept epoch", kept epoch, Figures.meanCount
        "NDCG@20, kept", kept ndcg, Figures.metric
        "Last epoch", last epoch, Figures.meanCount
        "NDCG@20, last", last ndcg, Figures.metric
        "Loss, last", last loss, Figures.metric
    ]

let private curves (summary: Summary) =
    summary.Runs |> Array.filter (fun run -> run.History.Count > 0)

/// Whether there is anything to say about a model.
let trained summary = (curves summary).Length > 0

/// The columns' headings.
let headings = "Model" :: "Seeds" :: [ for heading, _, _ in columns -> heading ]

/// A model's cells, means over its seeds.
let row summary =
    let runs = curves summary

    summary.Model
    :: string runs.Length
    :: [
        for _, value, shown in columns ->
            match Array.choose value runs with
            | [||] -> "–"
            | found -> shown (Array.average found)
    ]
