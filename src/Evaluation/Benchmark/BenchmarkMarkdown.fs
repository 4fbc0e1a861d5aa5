/// A benchmark as Markdown tables.
module internal CranePipeline.Evaluation.BenchmarkMarkdown

open System
open System.Text
open BenchmarkResults
open MarkdownTable

/// A column's heading: the data set's name only where there are several.
let private headed (standings: Standing list) (standing: Standing) words =
    if standings.Length > 1 then
        $"{text standing.Dataset} {words}"
    else
        words

let private results (out: StringBuilder) (input: BenchmarkInput) (standings: Standing list) =
    let columns =
        [
            for standing in standings do
                for metric in input.Columns -> standing, metric, places metric standing.Models
        ]

    let cell model (standing: Standing, metric, place) =
        match
            standing.Models
            |> List.tryFind (fun (one: Results.Summary) -> one.Model = model)
        with
        | None -> "–"
        | Some summary ->
            match summary.Metric metric with
            | None -> "–"
            | Some interval ->
                let shown = withSpread interval

                (match place summary with
                 | Best -> $"**{shown}**"
                 | Second -> $"<u>{shown}</u>"
                 | Other -> shown)
                + (if metric = input.Metric then
                       (stars input standing summary).Replace("*", "\\*")
                   else
                       "")

    let published =
        let sources =
            columns
            |> List.map (fun (standing, metric, _) ->
                match Published.about standing.Dataset with
                | Some source -> source.Figures |> List.filter (fun figure -> figure.Metric = metric)
                | None -> [])

        [
            for model in sources |> List.concat |> List.map _.Model |> List.distinct ->
                $"*{text model}, published*"
                :: [
                    for figures in sources ->
                        figures
                        |> List.tryFind (fun figure -> figure.Model = model)
                        |> Option.map (fun figure -> $"*{Figures.metric figure.Value}*")
                        |> Option.defaultValue ""
                ]
        ]

    table
        out
        ("Model"
         :: [
             for standing, metric, _ in columns -> headed standings standing (Figures.heading metric)
         ])
        (Seq.append
            [
                for model in input.Models do
                    if
                        standings
                        |> List.exists (fun standing -> standing.Models |> List.exists (fun one -> one.Model = model))
                    then
                        yield text model :: (columns |> List.map (cell model))
            ]
            published)

    paragraph out (text (legend input))

    for source in
        standings
        |> List.choose (fun one -> Published.about one.Dataset)
        |> List.distinctBy _.Citation do
        paragraph out (text $"Published: {source.Citation}. {source.Caveat}")

    for standing in standings do
        for note in Results.notes (asReport input) standing.Dataset do
            paragraph out (text $"{standing.Dataset}: {note}")

let private gains (out: StringBuilder) (input: BenchmarkInput) (standings: Standing list) =
    let having =
        standings
        |> List.filter (fun standing -> standing.Models |> List.exists (fun one -> one.Model = input.Baseline))

    if not having.IsEmpty then
        heading out 2 "GRMF-X"

        table
            out
            ("Model"
             :: [
                 for standing in having do
                     for metric in input.Columns -> headed having standing ("GRMF-" + Figures.heading metric)
             ])
            [
                for model in input.Models do
                    if model <> input.Baseline then
                        yield
                            text model
                            :: [
                                for standing in having do
                                    for metric in input.Columns ->
                                        standing.Models
                                        |> List.tryFind (fun one -> one.Model = model)
                                        |> Option.bind (gain input standing metric)
                                        |> Option.map Figures.change
                                        |> Figures.orEmpty
                            ]
            ]

        paragraph out (text (gainLegend input))

let private significance (out: StringBuilder) (input: BenchmarkInput) (standings: Standing list) =
    let rows =
        [
            for standing in standings do
                for leader in Option.toList standing.Leader do
                    for c in standing.Comparisons ->
                        let users = Option.ofObj c.UsersT

                        [
                            text standing.Dataset
                            text leader.Model
                            text c.Second
                            Figures.change c.Improvement
                            string c.Seeds.Count
                            Figures.probability c.SeedsTAdjusted
                            Figures.probability c.SeedsWilcoxonAdjusted
                            Figures.probability c.UsersTAdjusted
                            Figures.probability c.UsersWilcoxonAdjusted
                            users
                            |> Option.map (fun test -> $"{Figures.metric test.Lower} … {Figures.metric test.Upper}")
                            |> Figures.orEmpty
                        ]
        ]

    if not rows.IsEmpty then
        heading out 2 "Significance"

        paragraph
            out
            $"The best model of a data set against every other on {Figures.heading input.Metric}, its best rival first. p-values are two-sided and adjusted by Holm's method within a data set and test; the interval is of the mean difference over users, 95 %%."

        table
            out
            [
                "Data set"
                "Best"
                "Against"
                "Change"
                "Seeds"
                "t, seeds"
                "Wilcoxon, seeds"
                "t, users"
                "Wilcoxon, users"
                "Interval"
            ]
            rows

        for standing in standings do
            match Results.withoutSpread standing.Dataset standing.Comparisons with
            | "" -> ()
            | sentence -> paragraph out (text sentence)

/// The whole benchmark.
let render (input: BenchmarkInput) =
    let out = StringBuilder()
    let standings = standings input
    heading out 1 (text input.Title)

    if input.Command <> "" then
        paragraph out (code input.Command)

    for sentence in input.Protocol do
        paragraph out (text sentence)

    match unfinished input with
    | "" -> ()
    | sentence -> paragraph out sentence

    if standings.IsEmpty then
        paragraph out "There is nothing to show yet."
    else
        heading out 2 "Results"
        results out input standings
        gains out input standings
        significance out input standings
        heading out 2 "Cost"

        table
            out
            ("Data set" :: "Model" :: List.map fst costs)
            [
                for standing in standings do
                    for model in standing.Models ->
                        text standing.Dataset
                        :: text model.Model
                        :: [ for _, value in costs -> text (value model) ]
            ]

    if input.Choices.Count > 0 then
        heading out 2 "Settings"

        table
            out
            (List.map fst choices)
            [
                for choice in input.Choices -> [ for _, value in choices -> text (value choice) ]
            ]

    if input.Gaps.Count > 0 then
        heading out 2 "Without a result"

        table
            out
            [ "Data set"; "Model"; "Why" ]
            [
                for gap in input.Gaps -> [ text gap.Dataset; text gap.Model; text gap.Reason ]
            ]

    if input.Datasets.Count > 0 then
        heading out 2 "Data"
        table out DataTable.headings (input.Datasets |> Seq.map (DataTable.row >> List.map text))

    if input.Colophon <> "" then
        paragraph out (text input.Colophon)

    out.ToString().TrimEnd('\n') + "\n"
