/// What the report says about the data sets, before it is written down.
module internal CranePipeline.Evaluation.DataTable

let private sparsity (set: ReportDataset) =
    let cells = float set.Users * float set.Items

    if cells > 0.0 then
        Figures.finePercent (1.0 - float set.Interactions / cells)
    else
        "–"

let private columns: (string * (ReportDataset -> string)) list =
    [
        "Data set", _.Name
        "Users", (fun set -> Figures.count set.Users)
        "Items", (fun set -> Figures.count set.Items)
        "Interactions", (fun set -> Figures.count set.Interactions)
        "Train", (fun set -> Figures.count set.TrainInteractions)
        "Valid", (fun set -> Figures.count set.ValidInteractions)
        "Test", (fun set -> Figures.count set.TestInteractions)
        "Sparsity", sparsity
    ]

/// The columns' headings.
let headings = List.map fst columns

/// A data set's cells.
let row set =
    columns |> List.map (fun (_, value) -> value set)
