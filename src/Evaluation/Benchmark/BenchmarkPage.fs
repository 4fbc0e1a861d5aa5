/// A benchmark as one page that needs nothing else.
module internal CranePipeline.Evaluation.BenchmarkPage

open System
open BenchmarkResults
open Markup

let private results (input: BenchmarkInput) (standings: Standing list) colour =
    let columns =
        [
            for standing in standings do
                for metric in input.Columns -> standing, metric, places metric standing.Models
        ]

    let summary model (standing: Standing) =
        standing.Models
        |> List.tryFind (fun (one: Results.Summary) -> one.Model = model)

    let shown model (standing, metric, place) =
        match summary model standing with
        | None -> styled "none" (plain "–")
        | Some summary ->
            match summary.Metric metric with
            | None -> styled "none" (plain "–")
            | Some interval ->
                let stars =
                    if metric = input.Metric then
                        stars input standing summary
                    else
                        ""

                let sup = if stars = "" then "" else element "sup" [] [ stars ]

                let style =
                    match place summary with
                    | Best -> "best"
                    | Second -> "second"
                    | Other -> ""

                styled style (cell (element "span" [] [ spread interval ] + sup))

    let rows =
        [
            for model in input.Models do
                if standings |> List.exists (fun standing -> (summary model standing).IsSome) then
                    yield plain model :: (columns |> List.map (shown model))
        ]

    let names = [| for standing in standings -> standing.Dataset |]
    let columnNames = Seq.toList input.Columns

    section
        "Results"
        [
            table
                "Test results: mean over seeds, ± standard deviation; the best is bold, the second underlined"
                (ResultsSection.datasetHeadings columnNames names)
                ("Model" :: [ for _, metric, _ in columns -> Figures.heading metric ])
                (match ResultsSection.publishedRows columnNames names with
                 | [] -> [ rows ]
                 | published -> [ rows; published ])
            paragraph (text (legend input))
            String.Concat
                [
                    for dataset in names do
                        for note in Results.notes (asReport input) dataset -> paragraph (text $"{dataset}: {note}")
                ]
            ResultsSection.sourcesNote names
            grid
                [
                    for standing in standings -> ResultsSection.chart input.Metric standing.Dataset standing.Models colour
                ]
        ]

let private gains (input: BenchmarkInput) (standings: Standing list) colour =
    let having =
        standings
        |> List.filter (fun standing -> standing.Models |> List.exists (fun one -> one.Model = input.Baseline))

    if having.IsEmpty then
        ""
    else
        let of' model metric (standing: Standing) =
            standing.Models
            |> List.tryFind (fun one -> one.Model = model)
            |> Option.bind (gain input standing metric)

        let rows =
            [
                for model in input.Models do
                    if model <> input.Baseline then
                        yield
                            plain model
                            :: [
                                for standing in having do
                                    for metric in input.Columns ->
                                        plain (of' model metric standing |> Option.map Figures.change |> Figures.orEmpty)
                            ]
            ]

        let chart (standing: Standing) =
            let dots: RowChart.DotRow list =
                [
                    for model in standing.Models do
                        match gain input standing input.Metric model with
                        | Some gain ->
                            yield
                                {
                                    Name = model.Model
                                    Colour = colour model.Model
                                    Dots = [ 100.0 * gain, $"{model.Model}: {Figures.change gain}" ]
                                    Interval = None
                                    Hollow = false
                                }
                        | None -> ()
                ]

            match
                RowChart.dots
                    $"GRMF-{Figures.heading input.Metric} on {standing.Dataset}"
                    $"gain over {input.Baseline} in {Figures.heading input.Metric}, %%"
                    true
                    dots
            with
            | "" -> ""
            | drawn -> figure (text $"{standing.Dataset}: gain over {input.Baseline} in {Figures.heading input.Metric}.") drawn

        section
            "GRMF-X"
            [
                paragraph (text (gainLegend input))
                table
                    $"Gain over {input.Baseline}"
                    (ResultsSection.datasetHeadings (Seq.toList input.Columns) [| for standing in having -> standing.Dataset |])
                    ("Model"
                     :: [
                         for _ in having do
                             for metric in input.Columns -> "GRMF-" + Figures.heading metric
                     ])
                    [ rows ]
                grid (List.map chart having)
            ]

let private significance (input: BenchmarkInput) (standings: Standing list) colour =
    section
        "Significance"
        [
            for standing in standings do
                match standing.Leader with
                | Some leader ->
                    yield
                        ComparisonSections.against
                            input.Metric
                            input.Significance
                            standing.Dataset
                            leader.Model
                            (List.toArray standing.Comparisons)
                            colour
                | None -> ()
        ]

let private cost (standings: Standing list) colour =
    let bars (standing: Standing) (pick: ReportRun -> Nullable<float>) format title =
        let rows =
            [
                for model in standing.Models do
                    match model.Runs |> Array.map pick |> Array.filter _.HasValue with
                    | [||] -> ()
                    | values ->
                        let mean = values |> Array.averageBy _.Value
                        yield model.Model, colour model.Model, mean, format mean
            ]

        match RowChart.bars $"{title} on {standing.Dataset}" rows with
        | "" -> ""
        | chart -> figure (text $"{standing.Dataset}: {title}.") chart

    section
        "Cost"
        [
            for standing in standings ->
                grid
                    [
                        bars standing _.EpochSeconds Figures.duration "seconds an epoch"
                        bars standing _.PeakMemoryMB Figures.megabytes "peak memory"
                    ]
                + table
                    $"{standing.Dataset}: what training cost, means over seeds of each run's median epoch"
                    []
                    ("Model" :: List.map fst costs)
                    [
                        [
                            for model in standing.Models -> plain model.Model :: [ for _, value in costs -> plain (value model) ]
                        ]
                    ]
        ]

let private settings (input: BenchmarkInput) =
    section
        "Settings"
        [
            (if input.Choices.Count = 0 then
                 ""
             else
                 table
                     "What each model was run with: the best of its trials on the validation part"
                     []
                     (List.map fst choices)
                     [
                         [
                             for choice in input.Choices ->
                                 choices
                                 |> List.mapi (fun column (_, value) ->
                                     let shown = plain (value choice)

                                     if column = choices.Length - 1 then
                                         styled "words" shown
                                     else
                                         shown)
                         ]
                     ])
            (if input.Gaps.Count = 0 then
                 ""
             else
                 table
                     "Models without a result"
                     []
                     [ "Data set"; "Model"; "Why" ]
                     [
                         [
                             for gap in input.Gaps -> [ plain gap.Dataset; plain gap.Model; styled "words" (plain gap.Reason) ]
                         ]
                     ])
        ]

/// The whole page.
let render (input: BenchmarkInput) =
    let standings = standings input
    let report = asReport input
    let order = Seq.toArray input.Models

    let colour (model: string) =
        match Array.IndexOf(order, model) with
        | -1 -> 7
        | place -> place

    let opening =
        [
            HeadlineSection.heroes input.Metric (headlines input)
            (if input.Command = "" then
                 ""
             else
                 paragraph (element "code" [] [ text input.Command ]))
            String.Concat [ for sentence in input.Protocol -> paragraph (text sentence) ]
            (match unfinished input with
             | "" -> ""
             | sentence -> paragraph (element "strong" [] [ text sentence ]))
        ]

    Html.page
        input.Title
        opening
        [
            (if standings.IsEmpty then
                 ""
             else
                 results input standings colour)
            gains input standings colour
            significance input standings colour
            cost standings colour
            settings input
            GroupSection.groups report colour
            RunSections.convergence report colour
            DataSections.data report
        ]
        input.Colophon
