/// What the report says about the runs' time and memory, before it is written down.
module internal CranePipeline.Evaluation.TimeTable

open System

let private shown format (value: Nullable<'a>) =
    Option.ofNullable value |> Option.map format |> Figures.orEmpty

let private columns: (string * (ReportRun -> string)) list =
    [
        "Model", _.Model
        "Seed", (fun run -> string run.Seed)
        "Device", (fun run -> if run.Device = "" then "–" else run.Device)
        "Epochs",
        (fun run ->
            if run.History.Count > 0 then
                string run.History.Count
            else
                "–")
        "Best epoch", (fun run -> shown string run.BestEpoch)
        "Epoch", (fun run -> shown Figures.duration run.EpochSeconds)
        "Validation", (fun run -> shown Figures.duration run.ValidSeconds)
        "Training", (fun run -> shown Figures.duration run.TrainSeconds)
        "Peak memory", (fun run -> shown Figures.megabytes run.PeakMemoryMB)
    ]

/// Whether there is anything to say about a run.
let measured (run: ReportRun) =
    run.EpochSeconds.HasValue || run.PeakMemoryMB.HasValue

/// The columns' headings.
let headings = List.map fst columns

/// A run's cells.
let row run =
    columns |> List.map (fun (_, value) -> value run)
