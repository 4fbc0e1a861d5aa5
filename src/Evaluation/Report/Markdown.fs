/// The report as Markdown tables.
module internal CranePipeline.Evaluation.Markdown

open System
open System.Collections.Generic
open System.Text
open MarkdownTable
open MarkdownResults

let private data (out: StringBuilder) (input: ReportInput) =
    if input.Datasets.Count > 0 then
        heading out 2 "Data"

        table out DataTable.headings (input.Datasets |> Seq.map (DataTable.row >> List.map text))

        for set in input.Datasets do
            if set.Dropped.Count > 0 then
                heading out 3 $"Left out: {text set.Name}"
                table out DropTable.headings [ for dropped in set.Dropped -> DropTable.row dropped |> List.map text ]

let private features (out: StringBuilder) (input: ReportInput) =
    let all = FeatureTable.all input

    if not all.IsEmpty then
        let columns = FeatureTable.columns (List.map snd all)
        heading out 2 "Features"

        table
            out
            ("Table" :: (columns |> List.map (fun column -> text column.Heading)))
            [
                for dataset, table in all ->
                    text $"{dataset}, {table.Modality}"
                    :: [ for column in columns -> column.Value table |> Option.defaultValue "" ]
            ]

        for dataset, quality in all do
            if quality.Examples.Count > 0 then
                heading out 3 $"Nearest items by {text quality.Modality} features: {text dataset}"

                table
                    out
                    [ "Item"; "Nearest items, with their cosine" ]
                    [
                        for one in quality.Examples ->
                            [
                                text (FeatureTable.name one.Item)
                                String.Join(
                                    "; ",
                                    one.Neighbours
                                    |> Seq.map (fun similar ->
                                        $"{text (FeatureTable.name similar.Item)} ({FeatureTable.cosine similar})")
                                )
                            ]
                    ]

let private time (out: StringBuilder) (input: ReportInput) =
    let measured = input.Runs |> Seq.filter TimeTable.measured |> Seq.toArray

    if measured.Length > 0 then
        heading out 2 "Time and memory"
        table out ("Data set" :: TimeTable.headings) [ for run in measured -> run.Dataset :: TimeTable.row run |> List.map text ]

let private sweep (out: StringBuilder) (input: ReportInput) (sweep: ReportSweep) =
    heading out 3 $"Sweep {text sweep.Name}: {text sweep.Dataset}"

    let columns =
        Seq.append [ input.Metric ] input.Columns |> Seq.distinct |> Seq.toList

    let names = sweep.Cells |> Seq.collect _.Settings.Keys |> Seq.distinct |> Seq.toList
    let labelled = sweep.Cells |> Seq.exists (fun cell -> cell.Label <> "")

    let setting (cell: SweepCell) name =
        match cell.Settings.TryGetValue name with
        | true, value -> value
        | _ -> "–"

    let cells =
        sweep.Cells
        |> Seq.groupBy (fun cell -> cell.Label, names |> List.map (setting cell))

    table
        out
        ((if labelled then [ "Variant" ] else [])
         @ List.map text names
         @ "Seeds" :: (columns |> List.map Figures.heading))
        [
            for (label, values), runs in cells ->
                let mean column =
                    match runs |> Seq.filter (fun run -> run.Metrics.ContainsKey column) |> Seq.toArray with
                    | [||] -> "–"
                    | having -> withSpread (Significance.MeanInterval(having |> Array.map (fun run -> run.Metrics[column]), 0.95))

                (if labelled then [ text label ] else [])
                @ List.map text values
                @ string (Seq.length runs) :: (columns |> List.map mean)
        ]

    if sweep.Planned > sweep.Cells.Count then
        paragraph out $"{sweep.Cells.Count} of {sweep.Planned} runs are finished."

let private lineage (out: StringBuilder) (input: ReportInput) =
    if input.Artifacts.Count > 0 then
        heading out 2 "Lineage"

        table
            out
            [ "Artifact"; "Made from"; "Settings" ]
            [
                for artifact in input.Artifacts ->
                    let settings =
                        artifact.Settings
                        |> Seq.map (fun (entry: KeyValuePair<string, string>) -> code $"{entry.Key}: {entry.Value}")

                    [
                        text $"{artifact.Dataset}/{artifact.Stage}/{artifact.Key}"
                        text (String.Join(", ", artifact.Inputs))
                        String.Join(", ", settings)
                    ]
            ]

/// The whole report.
let render (input: ReportInput) =
    let out = StringBuilder()
    heading out 1 (text input.Title)

    for headline in Results.headlines input do
        let against =
            match headline.Rival with
            | Some rival ->
                $", {Figures.change rival.Improvement} against {text rival.Second} ({Figures.metric rival.SecondMean})"
            | None -> ""

        let value =
            headline.Value
            |> Option.map (fun value -> Figures.metric value.Mean)
            |> Figures.orEmpty

        paragraph
            out
            $"**{text headline.Dataset}: {text headline.Subject.Model} {Figures.heading input.Metric} {value}**{against}, {Results.seedsInWords headline.Subject.Runs}."

    data out input
    features out input

    let withRuns =
        Results.datasets input
        |> Array.filter (fun dataset -> input.Runs |> Seq.exists (fun run -> run.Dataset = dataset))

    if withRuns.Length > 0 then
        heading out 2 "Results"
        let columns = Seq.toList input.Columns

        paragraph
            out
            $"Test part, full ranking, training items masked; mean ± standard deviation over seeds. The best competitor is bold. \\* after a model's {Figures.heading input.Metric}: {text input.Subject} differs from it significantly across users (signed-rank test, Holm-adjusted p ≤ {Figures.short input.Significance}); \\*\\*: across seeds too (paired t-test)."

        withRuns |> Array.iter (results out input columns)

        let scored =
            withRuns
            |> Array.map (fun dataset -> dataset, Results.summaries input dataset)
            |> Array.filter (fun (_, models) ->
                models
                |> Array.exists (fun model -> model.Runs |> Array.exists (fun run -> run.Metrics.Count > 0)))

        if scored.Length > 0 then
            heading out 2 "All metrics"

        for dataset, models in scored do
            heading out 3 (text dataset)

            table
                out
                ("Metric" :: [ for model in models -> text model.Model ])
                [
                    for name in Results.metricNames (models |> Seq.collect _.Runs) ->
                        Figures.heading name
                        :: [ for model in models -> Figures.metric (model.Mean name) ]
                ]

    significance out input
    Results.datasets input |> Array.iter (groups out input)

    if input.Sweeps.Count > 0 then
        heading out 2 "Sweeps"
        input.Sweeps |> Seq.iter (sweep out input)

    time out input
    lineage out input

    if input.Colophon <> "" then
        paragraph out (text input.Colophon)

    out.ToString().TrimEnd('\n') + "\n"
