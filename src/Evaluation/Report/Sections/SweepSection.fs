/// The section about the sweeps.
module internal CranePipeline.Evaluation.SweepSection

open System
open Markup

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

            PlaneChart.heat
                $"{metric} by {names[down]} and {names[across]}"
                (lastPart names[across])
                (lastPart names[down])
                columns
                rows
                value
        | [ only ] when not labelled && numeric only ->
            let series: LineChart.Series list =
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

            LineChart.lines $"{metric} by {names[only]}" (lastPart names[only]) metric false false false tip series
        | _ ->
            let name point =
                if point.Label <> "" then
                    point.Label
                else
                    String.Join(", ", List.map2 (fun name value -> $"{lastPart name} {value}") names point.Values)

            RowChart.bars
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
    let shown =
        input.Runs
        |> Seq.map _.ArtifactKey
        |> Seq.filter (fun key -> key <> "")
        |> Set.ofSeq

    // Named variants that stand among the ablations already, run for run, are not shown twice.
    let repeats (sweep: ReportSweep) =
        input.Runs
        |> Seq.exists (fun run -> run.Ablation && run.Dataset = sweep.Dataset)
        && sweep.Cells
           |> Seq.forall (fun cell -> cell.Label <> "" && shown.Contains cell.ArtifactKey)

    let parts =
        input.Sweeps
        |> Seq.filter (repeats >> not)
        |> Seq.choose (sweep input)
        |> Seq.toList

    section
        "Sensitivity"
        [
            grid (List.map fst parts)
            (if parts.IsEmpty then
                 ""
             else
                 element "details" [] (element "summary" [] [ "The same as tables" ] :: List.map snd parts))
        ]
