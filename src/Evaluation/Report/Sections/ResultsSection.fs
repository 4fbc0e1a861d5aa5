/// Models × metrics × data sets: the paper's table 4 and what belongs to it.
module internal CranePipeline.Evaluation.ResultsSection

open System
open Markup
open Results

/// Published figures below a table of (data sets × metrics), a row a model.
let publishedRows (columns: string list) (names: string[]) =
    let sources = names |> Array.map Published.about
    let figures = sources |> Seq.choose id |> Seq.collect _.Figures |> Seq.toList
    let shown (figure: Published.Figure) = List.contains figure.Metric columns

    [
        for model in figures |> List.filter shown |> List.map _.Model |> List.distinct ->
            cell (text model + " " + element "small" [] [ "published" ])
            :: [
                for source in sources do
                    for column in columns ->
                        source
                        |> Option.bind (fun source ->
                            source.Figures
                            |> List.tryFind (fun figure -> figure.Model = model && figure.Metric = column))
                        |> Option.map (fun figure -> styled "published" (plain (Figures.metric figure.Value)))
                        |> Option.defaultValue (plain "")
            ]
    ]

/// The data sets above the columns of a table of (data sets × metrics).
let datasetHeadings (columns: string list) (names: string[]) =
    { Title = ""; Span = 1 }
    :: [
        for dataset in names ->
            {
                Title = dataset
                Span = columns.Length
            }
    ]

/// Models × (data sets × metrics), the shape of the paper's table 4, with published figures below.
let private resultsTable (input: ReportInput) (names: string[]) =
    let columns = Seq.toList input.Columns

    let found =
        names
        |> Array.map (fun dataset -> dataset, competitors input dataset, comparisons input dataset)

    let models =
        found
        |> Seq.collect (fun (_, summaries, _) -> summaries |> Array.map _.Model)
        |> Seq.distinct
        |> Seq.sortBy (fun model -> model = input.Subject)
        |> Seq.toList

    let ours =
        [
            for model in models ->
                plain model
                :: [
                    for _, summaries, compared in found do
                        for column in columns ->
                            match
                                summaries
                                |> Array.tryFind (fun summary -> summary.Model = model)
                                |> Option.bind _.Metric(column)
                            with
                            | None -> styled "none" (plain "–")
                            | Some interval ->
                                let stars =
                                    compared
                                    |> Array.tryFind (fun comparison -> comparison.Second = model && column = input.Metric)
                                    |> Option.map (stars input.Significance)
                                    |> Option.defaultValue ""

                                let top = interval.Mean = best column summaries
                                let sup = if stars = "" then "" else element "sup" [] [ stars ]
                                styled (if top then "best" else "") (cell (spread interval + sup))
                ]
        ]

    let published = publishedRows columns names
    let groups = datasetHeadings columns names

    let headings =
        "Model"
        :: [
            for _ in names do
                yield! columns |> List.map Figures.heading
        ]

    let bodies = if published.IsEmpty then [ ours ] else [ ours; published ]
    table "Test results: mean over seeds, ± standard deviation; the best is bold" groups headings bodies

/// Where the published figures come from.
let sourcesNote (names: string[]) =
    names
    |> Array.choose Published.about
    |> Array.distinctBy _.Citation
    |> Array.map (fun source -> paragraph (text $"Published figures: {source.Citation}. {source.Caveat}"))
    |> String.Concat

/// A metric of every model of a data set, single seeds and published figures beside it.
let chart (metric: string) dataset (models: Summary seq) colour =
    let rows: RowChart.DotRow list =
        [
            for summary in models do
                match summary.Metric metric with
                | None -> ()
                | Some interval ->
                    yield
                        {
                            Name = summary.Model
                            Colour = colour summary.Model
                            Dots =
                                (if summary.Runs.Length < 2 then
                                     []
                                 else
                                     [
                                         for run in summary.Runs do
                                             match run.Metrics.TryGetValue metric with
                                             | true, value ->
                                                 yield value, $"{summary.Model}, seed {run.Seed}: {Figures.metric value}"
                                             | _ -> ()
                                     ])
                            Interval =
                                Some(
                                    interval.Mean,
                                    interval.Mean,
                                    interval.Mean,
                                    $"{summary.Model}: {Figures.metric interval.Mean}"
                                )
                            Hollow = false
                        }
            match Published.about dataset with
            | None -> ()
            | Some source ->
                for figure in source.Figures do
                    if figure.Metric = metric then
                        yield
                            {
                                Name = figure.Model + " (published)"
                                Colour = colour figure.Model
                                Dots =
                                    [
                                        figure.Value, $"{figure.Model}, {source.Citation}: {Figures.metric figure.Value}"
                                    ]
                                Interval = None
                                Hollow = true
                            }
        ]

    match RowChart.dots $"{Figures.heading metric} of every model on {dataset}" (Figures.heading metric) false rows with
    | "" -> ""
    | chart -> figure (text $"{dataset}: mean (large) and single seeds (small). Hollow marks are published figures.") chart

let private allMetrics (input: ReportInput) dataset =
    let models = summaries input dataset |> Array.toList

    let rows =
        [
            for name in metricNames (models |> Seq.collect _.Runs) ->
                let top = best name (competitors input dataset)

                plain (Figures.heading name)
                :: [
                    for model in models ->
                        let mean = model.Mean name
                        styled (if not model.Ablation && mean = top then "best" else "") (plain (Figures.metric mean))
                ]
        ]

    if rows.IsEmpty then
        ""
    else
        element
            "details"
            []
            [
                element "summary" [] [ text $"Every metric at every cutoff: {dataset}" ]
                table
                    $"{dataset}, test part, means over users and seeds"
                    []
                    ("Metric" :: [ for model in models -> model.Model ])
                    [ rows ]
            ]

/// Table 4 and what belongs to it.
let results (input: ReportInput) colour =
    let names =
        datasets input
        |> Array.filter (fun dataset -> (competitors input dataset).Length > 0)

    if names.Length = 0 then
        ""
    else
        let ranked = resultsTable input names

        section
            "Results"
            [
                paragraph (
                    text
                        "Every item of the data set is ranked for every user of the test part; training items are masked, users without training interactions are left out."
                )
                ranked
                // Without a mark it would read like a result.
                if ranked.Contains("<sup>", StringComparison.Ordinal) then
                    paragraph (
                        text
                            $"* {input.Subject} differs from the model significantly across users (signed-rank test, Holm-adjusted p ≤ {Figures.short input.Significance}); ** across seeds as well (paired t-test)."
                    )
                String.Concat
                    [
                        for dataset in names do
                            for note in notes input dataset -> paragraph (text $"{dataset}: {note}")
                    ]
                sourcesNote names
                grid
                    [
                        for dataset in names -> chart input.Metric dataset (competitors input dataset) colour
                    ]
                String.Concat [ for dataset in names -> allMetrics input dataset ]
            ]
