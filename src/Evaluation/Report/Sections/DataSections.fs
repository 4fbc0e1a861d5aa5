/// The sections about the data and the embeddings.
module internal CranePipeline.Evaluation.DataSections

open System
open Markup

/// Share of nodes with at least so many interactions, for log-log axes.
let private survival (degrees: int[]) =
    let sorted = degrees |> Array.filter (fun degree -> degree > 0) |> Array.sort
    let n = float sorted.Length

    [
        for i in 0 .. sorted.Length - 1 do
            if i = 0 || sorted[i] <> sorted[i - 1] then
                yield float sorted[i], float (sorted.Length - i) / n
    ]

let private degrees (set: ReportDataset) =
    let series: LineChart.Series list =
        [
            {
                Name = "users"
                Colour = 0
                Points = survival set.UserDegrees
                Marked = []
            }
            {
                Name = "items"
                Colour = 1
                Points = survival set.ItemDegrees
                Marked = []
            }
        ]

    let tip (one: LineChart.Series) (degree: float, share: float) =
        $"{Figures.percent share} of the {one.Name} have {Figures.short degree} or more interactions"

    match
        LineChart.lines
            $"Degree distributions of {set.Name}"
            "interactions"
            "share with at least so many"
            true
            true
            false
            tip
            series
    with
    | "" -> ""
    | chart -> figure (text $"{set.Name}: share of users and items with at least so many interactions, logarithmic axes.") chart

let private dropped (set: ReportDataset) =
    if set.Dropped.Count = 0 then
        ""
    else
        let row cells =
            cells
            |> List.mapi (fun column shown ->
                if column = 2 then
                    styled "words" (plain shown)
                else
                    plain shown)

        table $"{set.Name}: what was left out" [] DropTable.headings [ [ for one in set.Dropped -> row (DropTable.row one) ] ]

/// Table 2, what was left out, and degree distributions.
let data (input: ReportInput) =
    if input.Datasets.Count = 0 then
        ""
    else
        section
            "Data"
            [
                table "Data sets" [] DataTable.headings [ [ for set in input.Datasets -> List.map plain (DataTable.row set) ] ]
                String.Concat [ for set in input.Datasets -> dropped set ]
                grid [ for set in input.Datasets -> degrees set ]
            ]

/// Eight users and their items in the plane: the paper's figure 6.
let embeddings (input: ReportInput) =
    let picture (run: ReportRun) (sample: EmbeddingSample) =
        let place = Tsne.embed sample.Points input.Seed

        let points =
            [
                for i in 0 .. sample.Points.Rows - 1 ->
                    place[i, 0], place[i, 1], sample.Groups[i], sample.IsUser[i], sample.Labels[i]
            ]

        let users = sample.IsUser |> Array.sumBy (fun user -> if user then 1 else 0)

        match PlaneChart.scatter $"t-SNE of {users} users and their items, {run.Model} on {run.Dataset}" points with
        | "" -> ""
        | chart ->
            figure
                (text
                    $"{run.Model} on {run.Dataset}, seed {run.Seed}: {users} sampled users (large marks) and items they interacted with (same colour), placed by exact t-SNE of the final embeddings.")
                chart

    section
        "Embeddings"
        [
            grid
                [
                    for run in input.Runs do
                        match run.Embedding with
                        | null -> ()
                        | sample -> yield picture run sample
                ]
        ]
