/// The sections about the data, the embeddings and the sweeps.
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
    let series: Chart.Series list =
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

    let tip (one: Chart.Series) (degree: float, share: float) =
        $"{Figures.percent share} of the {one.Name} have {Figures.short degree} or more interactions"

    match
        Chart.lines $"Degree distributions of {set.Name}" "interactions" "share with at least so many" true true false tip series
    with
    | "" -> ""
    | chart -> figure (text $"{set.Name}: share of users and items with at least so many interactions, logarithmic axes.") chart

/// Table 2, degree distributions and feature quality.
let data (input: ReportInput) =
    let rows =
        [
            for set in input.Datasets ->
                let cells = float set.Users * float set.Items

                [
                    plain set.Name
                    plain (Figures.count set.Users)
                    plain (Figures.count set.Items)
                    plain (Figures.count set.Interactions)
                    plain (Figures.count set.TrainInteractions)
                    plain (Figures.count set.ValidInteractions)
                    plain (Figures.count set.TestInteractions)
                    plain (
                        if cells > 0.0 then
                            Figures.finePercent (1.0 - float set.Interactions / cells)
                        else
                            "–"
                    )
                ]
        ]

    let measures =
        input.Datasets
        |> Seq.collect _.Features
        |> Seq.collect _.Measures.Keys
        |> Seq.distinct
        |> Seq.toList

    let features =
        [
            for set in input.Datasets do
                for feature in set.Features ->
                    plain $"{set.Name}, {feature.Modality}"
                    :: plain (string feature.Dimensions)
                    :: plain (Figures.count (int64 feature.Covered))
                    :: plain (
                        if feature.Items > 0 then
                            Figures.percent (float feature.Covered / float feature.Items)
                        else
                            "–"
                    )
                    :: [
                        for measure in measures ->
                            match feature.Measures.TryGetValue measure with
                            | true, value -> plain (Figures.short value)
                            | _ -> plain ""
                    ]
        ]

    if rows.IsEmpty then
        ""
    else
        section
            "Data"
            [
                table
                    "Data sets"
                    []
                    [
                        "Data set"
                        "Users"
                        "Items"
                        "Interactions"
                        "Train"
                        "Valid"
                        "Test"
                        "Sparsity"
                    ]
                    [ rows ]
                grid [ for set in input.Datasets -> degrees set ]
                (if features.IsEmpty then
                     ""
                 else
                     table
                         "Feature tables"
                         []
                         ([ "Table"; "Width"; "Items covered"; "Coverage" ]
                          @ List.map Figures.capital measures)
                         [ features ])
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

        match Chart.scatter $"t-SNE of {users} users and their items, {run.Model} on {run.Dataset}" points with
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

type private Point =
    {
        Values: string list
        Label: string
        Mean: float
        Seeds: int
    }

/// Cells of a sweep with the mean over seeds.
let private averaged (metric: string) (names: string list) (sweep: ReportSweep) =
    let value (cell: SweepCell) name =
        match cell.Settings.TryGetValue name with
        | true, value -> value
        | _ -> "–"

    [
        for (label, values), cells in
            sweep.Cells
            |> Seq.filter _.Metrics.ContainsKey(metric)
            |> Seq.groupBy (fun cell -> cell.Label, names |> List.map (value cell)) ->
            {
                Values = values
                Label = label
                Mean = cells |> Seq.averageBy (fun cell -> cell.Metrics[metric])
                Seeds = Seq.length cells
            }
    ]

/// "train.itemLayers" as a reader says it: itemLayers.
let private lastPart (setting: string) = setting[setting.LastIndexOf '.' + 1 ..]

let private sweep (input: ReportInput) (sweep: ReportSweep) =
    let metric = Figures.heading input.Metric
    let names = sweep.Cells |> Seq.collect _.Settings.Keys |> Seq.distinct |> Seq.toList
    let points = averaged input.Metric names sweep

    let distinct i =
        points |> List.map (fun point -> point.Values[i]) |> List.distinct

    let labelled = points |> List.exists (fun point -> point.Label <> "")

    let varied =
        [
            for i in 0 .. names.Length - 1 do
                if (distinct i).Length > 1 then
                    yield i
        ]

    let numeric i =
        distinct i
        |> List.forall (fun value ->
            fst (Double.TryParse(value, Globalization.NumberStyles.Float, Globalization.CultureInfo.InvariantCulture)))

    let number (value: string) =
        Double.Parse(value, Globalization.CultureInfo.InvariantCulture)

    let ordered i =
        if numeric i then
            distinct i |> List.sortBy number
        else
            distinct i

    let chart =
        match varied with
        | [ down; across ] when not labelled ->
            let rows, columns = ordered down, ordered across

            let value c r =
                points
                |> List.tryFind (fun point -> point.Values[across] = columns[c] && point.Values[down] = rows[r])
                |> Option.map _.Mean

            Chart.heat
                $"{metric} by {names[down]} and {names[across]}"
                (lastPart names[across])
                (lastPart names[down])
                columns
                rows
                value
        | [ only ] when not labelled && numeric only ->
            let series: Chart.Series list =
                [
                    {
                        Name = metric
                        Colour = 0
                        Marked = []
                        Points =
                            points
                            |> List.map (fun point -> number point.Values[only], point.Mean)
                            |> List.sortBy fst
                    }
                ]

            let tip _ (a: float, b: float) =
                $"{lastPart names[only]} {Figures.short a}: {Figures.metric b}"

            Chart.lines $"{metric} by {names[only]}" (lastPart names[only]) metric false false false tip series
        | _ ->
            let name point =
                if point.Label <> "" then
                    point.Label
                else
                    String.Join(", ", List.map2 (fun name value -> $"{lastPart name} {value}") names point.Values)

            Chart.bars
                $"{metric} of every variant"
                [
                    for i, point in List.indexed points -> name point, 0, point.Mean, Figures.metric point.Mean
                ]

    let unfinished =
        if sweep.Planned > sweep.Cells.Count then
            $" {sweep.Cells.Count} of {sweep.Planned} runs are finished."
        else
            ""

    let rows =
        [
            for point in points ->
                (if labelled then [ plain point.Label ] else [])
                @ [ for value in point.Values -> plain value ]
                @ [ plain (string point.Seeds); plain (Figures.metric point.Mean) ]
        ]

    if points.IsEmpty then
        None
    else
        let table =
            table
                $"{sweep.Dataset}, {sweep.Name}: {metric}, mean over seeds"
                []
                ((if labelled then [ "Variant" ] else [])
                 @ List.map lastPart names
                 @ [ "Seeds"; metric ])
                [ rows ]

        Some(figure (text $"{sweep.Dataset}, {sweep.Name}: {metric}.{unfinished}") chart, table)

/// Heat maps, lines and bars of the sweeps: the paper's figure 5 and its fusion and aggregation studies.
let sensitivity (input: ReportInput) =
    let parts = input.Sweeps |> Seq.choose (sweep input) |> Seq.toList

    section
        "Sensitivity"
        [
            grid (List.map fst parts)
            (if parts.IsEmpty then
                 ""
             else
                 element "details" [] (element "summary" [] [ "The same as tables" ] :: List.map snd parts))
        ]
