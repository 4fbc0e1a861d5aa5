/// What the report says about what was left out of the data, before it is written down.
module internal CranePipeline.Evaluation.DropTable

let private columns: (string * (DroppedData -> string)) list =
    [
        "Reason", _.Reason
        "Count", (fun dropped -> Figures.count dropped.Count)
        "For example", _.Example
    ]

/// The columns' headings.
let headings = List.map fst columns

/// A reason's cells.
let row dropped =
    columns |> List.map (fun (_, value) -> value dropped)
