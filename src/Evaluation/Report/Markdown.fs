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

        table out DataTable.headings (input.Datasets |> Seq.map DataTable.row)

let private features (out: StringBuilder) (input: ReportInput) =
    let all = FeatureTable.all input

    if not all.IsEmpty then
        let columns = FeatureTable.columns (List.map snd all)
        heading out 2 "Features"

        table
            out
            ("Table" :: (columns |> List.map _.Heading))
            [
                for dataset, table in all ->
                    $"{dataset}, {table.Modality}"
                    :: [ for column in columns -> column.Value table |> Option.defaultValue "" ]
            ]

        for dataset, quality in all do
            if quality.Examples.Count > 0 then
                heading out 3 $"Nearest items by {quality.Modality} features: {dataset}"

                table
                    out
                    [ "Item"; "Nearest items, with their cosine" ]
                    [
                        for one in quality.Examples ->
                            [
                                FeatureTable.name one.Item
                                String.Join(
                                    "; ",
                                    one.Neighbours
                                    |> Seq.map (fun similar ->
                                        $"{FeatureTable.name similar.Item} ({FeatureTable.cosine similar})")
                                )
                            ]
                    ]

let private time (out: StringBuilder) (input: ReportInput) =
    let measured = input.Runs |> Seq.filter TimeTable.measured |> Seq.toArray

    if measured.Length > 0 then
        heading out 2 "Time and memory"
        table out ("Data set" :: TimeTable.headings) [ for run in measured -> run.Dataset :: TimeTable.row run ]

let private sweep (out: StringBuilder) (input: ReportInput) (sweep: ReportSweep) =
    heading out 3 $"Sweep {sweep.Name}: {sweep.Dataset}"

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
         @ names
         @ "Seeds" :: (columns |> List.map Figures.heading))
        [
            for (label, values), runs in cells ->
                let mean column =
                    match runs |> Seq.filter (fun run -> run.Metrics.ContainsKey column) |> Seq.toArray with
                    | [||] -> "–"
                    | having -> withSpread (Significance.MeanInterval(having |> Array.map (fun run -> run.Metrics[column]), 0.95))

                (if labelled then [ label ] else [])
                @ values
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
                        |> Seq.map (fun (entry: KeyValuePair<string, string>) -> $"`{entry.Key}: {entry.Value}`")

                    [
                        $"{artifact.Dataset}/{artifact.Stage}/{artifact.Key}"
                        String.Join(", ", artifact.Inputs)
                        String.Join(", ", settings)
                    ]
            ]

/// The whole report.
let render (input: ReportInput) =
    let out = StringBuilder()
    heading out 1 input.Title

    for headline in Results.headlines input do
        let against =
            match headline.Rival with
            | Some rival -> $", {Figures.change rival.Improvement} against {rival.Second} ({Figures.metric rival.SecondMean})"
            | None -> ""

        paragraph
            out
            $"**{headline.Dataset}: {headline.Subject.Model} {Figures.heading input.Metric} {Figures.metric headline.Value.Mean}**{against}, {Results.seedsInWords headline.Subject.Runs}."

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
            $"Test part, full ranking, training items masked; mean ± standard deviation over seeds. The best competitor is bold. \\* after a model's {Figures.heading input.Metric}: {input.Subject} differs from it significantly across users (signed-rank test, Holm-adjusted p ≤ {Figures.short input.Significance}); \\*\\*: across seeds too (paired t-test)."

        withRuns |> Array.iter (results out input columns)

        heading out 2 "All metrics"

        for dataset in withRuns do
            let models = Results.summaries input dataset
            heading out 3 dataset

            table
                out
                ("Metric" :: [ for model in models -> model.Model ])
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
        paragraph out input.Colophon

    out.ToString().TrimEnd('\n') + "\n"
