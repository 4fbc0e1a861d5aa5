/// The sections about how good the models are.
module internal CranePipeline.Evaluation.ResultSections

open System
open System.Collections.Generic
open Markup
open Results

/// Colours of all models of the report: the subject has the first.
let colours (input: ReportInput) =
    let result = Dictionary<string, int>()
    result[input.Subject] <- 0

    for run in input.Runs do
        result.TryAdd(run.Model, result.Count) |> ignore

    fun (model: string) ->
        match result.TryGetValue model with
        | true, n -> n
        | _ -> 7

let private orEmpty (shown: string option) = Option.defaultValue "–" shown

/// "p < 0.001 across users" and the like, for the best evidence there is.
let private evidence (input: ReportInput) (rival: Comparison) =
    let say p among =
        if Double.IsNaN p then
            None
        else
            let shown =
                if p < 0.001 then
                    "p < 0.001"
                else
                    "p = " + Figures.probability p

            Some $"{shown} across {among}"

    let parts =
        List.choose id [ say rival.UsersWilcoxonAdjusted "users"; say rival.SeedsTAdjusted "seeds" ]

    if parts.IsEmpty then "" else String.Join(", ", parts)

/// The number that matters, once for each data set.
let headline (input: ReportInput) =
    let block (headline: Headline) =
        let against =
            match headline.Rival with
            | Some rival ->
                let change = Figures.change rival.Improvement
                let proof = evidence input rival
                let direction = if rival.Improvement >= 0.0 then "up" else "down"

                element
                    "p"
                    [ "class", "against" ]
                    [
                        element "strong" [ "class", direction ] [ change ]
                        text $" against {rival.Second} ({Figures.metric rival.SecondMean})"
                    ]
                + (if proof = "" then
                       ""
                   else
                       element "p" [ "class", "proof" ] [ text proof ])
            | None -> ""

        element
            "div"
            [ "class", "hero" ]
            [
                element
                    "p"
                    [ "class", "what" ]
                    [
                        text $"{headline.Subject.Model}, {Figures.heading input.Metric}, {headline.Dataset}"
                    ]
                element "p" [ "class", "number" ] [ Figures.metric headline.Value.Mean ]
                against
                element "p" [ "class", "proof" ] [ text (seedsInWords headline.Subject.Runs) ]
            ]

    match headlines input with
    | [||] -> ""
    | blocks -> element "div" [ "class", "heroes" ] (Array.map block blocks)

let private spread (interval: Interval) =
    if interval.Count > 1 then
        $"""{Figures.metric interval.Mean} {element "small" [] [ "± " + Figures.metric interval.StandardDeviation ]}"""
    else
        Figures.metric interval.Mean

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

    let published =
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

    let groups =
        { Title = ""; Span = 1 }
        :: [
            for dataset in names ->
                {
                    Title = dataset
                    Span = columns.Length
                }
        ]

    let headings =
        "Model"
        :: [
            for _ in names do
                yield! columns |> List.map Figures.heading
        ]

    let bodies = if published.IsEmpty then [ ours ] else [ ours; published ]
    table "Test results: mean over seeds, ± standard deviation; the best is bold" groups headings bodies

let private sourcesNote (names: string[]) =
    names
    |> Array.choose Published.about
    |> Array.distinctBy _.Citation
    |> Array.map (fun source -> paragraph (text $"Published figures: {source.Citation}. {source.Caveat}"))
    |> String.Concat

let private resultsChart (input: ReportInput) colour dataset =
    let rows: Chart.DotRow list =
        [
            for summary in competitors input dataset do
                match summary.Metric input.Metric with
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
                                             match run.Metrics.TryGetValue input.Metric with
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
                    if figure.Metric = input.Metric then
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

    match Chart.dots $"{Figures.heading input.Metric} of every model on {dataset}" (Figures.heading input.Metric) false rows with
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
        section
            "Results"
            [
                paragraph (
                    text
                        "Every item of the data set is ranked for every user of the test part; training items are masked, users without training interactions are left out."
                )
                resultsTable input names
                paragraph (
                    text
                        $"* {input.Subject} differs significantly across users (signed-rank test, Holm-adjusted p ≤ {Figures.short input.Significance}); ** across seeds as well (paired t-test)."
                )
                sourcesNote names
                grid [ for dataset in names -> resultsChart input colour dataset ]
                String.Concat [ for dataset in names -> allMetrics input dataset ]
            ]

/// Tests of the subject against each competitor.
let significance (input: ReportInput) colour =
    let block dataset =
        match comparisons input dataset with
        | [||] -> ""
        | compared ->
            let mark p =
                styled (if p <= input.Significance then "best" else "") (plain (Figures.probability p))

            let rows =
                [
                    for c in compared ->
                        let users = Option.ofObj c.UsersT
                        let ranks = Option.ofObj c.UsersWilcoxon

                        [
                            plain c.Second
                            plain (Figures.change c.Improvement)
                            plain (string c.Seeds.Count)
                            mark c.SeedsTAdjusted
                            mark c.SeedsWilcoxonAdjusted
                            plain (users |> Option.map (fun test -> Figures.count (int64 test.Count)) |> orEmpty)
                            mark c.UsersTAdjusted
                            mark c.UsersWilcoxonAdjusted
                            plain (users |> Option.map (fun test -> Figures.short test.EffectSize) |> orEmpty)
                            plain (ranks |> Option.map (fun test -> Figures.short test.RankBiserial) |> orEmpty)
                        ]
                ]

            let forest: Chart.DotRow list =
                [
                    for c in compared do
                        match Option.ofObj c.UsersT with
                        | Some test ->
                            let tip =
                                $"{input.Subject} − {c.Second}: {Figures.metric test.MeanDifference} ({Figures.metric test.Lower} to {Figures.metric test.Upper})"

                            yield
                                {
                                    Name = c.Second
                                    Colour = colour c.Second
                                    Dots = []
                                    Interval = Some(test.Lower, test.MeanDifference, test.Upper, tip)
                                    Hollow = false
                                }
                        | None -> ()
                ]

            let chart =
                match
                    Chart.dots
                        $"Difference in {Figures.heading input.Metric} between {input.Subject} and each model on {dataset}"
                        $"{input.Subject} − model, {Figures.heading input.Metric}"
                        true
                        forest
                with
                | "" -> ""
                | chart ->
                    figure
                        (text
                            $"{dataset}: mean difference over users with its 95 %% interval. Right of the line {input.Subject} is better.")
                        chart

            table
                $"{dataset}: {input.Subject} against each model on {Figures.heading input.Metric}; two-sided p-values, Holm-adjusted"
                []
                [
                    "Against"
                    "Change"
                    "Seeds"
                    "t, seeds"
                    "Wilcoxon, seeds"
                    "Users"
                    "t, users"
                    "Wilcoxon, users"
                    "d_z"
                    "Rank-biserial"
                ]
                [ rows ]
            + grid [ chart ]

    section "Significance" [ for dataset in datasets input -> block dataset ]

/// Variants of the subject: the paper's table 5.
let ablations (input: ReportInput) colour =
    let block dataset =
        let all = summaries input dataset
        let subject = all |> Array.tryFind (fun summary -> summary.Model = input.Subject)
        let variants = all |> Array.filter _.Ablation

        if variants.Length = 0 then
            ""
        else
            let shown = Array.append (Option.toArray subject) variants |> Array.toList

            let reference =
                subject |> Option.map _.Mean(input.Metric) |> Option.defaultValue nan

            let rows =
                [
                    for summary in shown ->
                        plain summary.Model
                        :: plain (string summary.Runs.Length)
                        :: [
                            for column in input.Columns -> cell (summary.Metric column |> Option.map spread |> orEmpty)
                        ]
                        @ [
                            plain (
                                if summary.Model = input.Subject then
                                    ""
                                else
                                    Figures.change (summary.Mean input.Metric / reference - 1.0)
                            )
                        ]
                ]

            let bars =
                [
                    for summary in shown ->
                        summary.Model, colour summary.Model, summary.Mean input.Metric, Figures.metric (summary.Mean input.Metric)
                ]

            table
                $"{dataset}: {input.Subject} and its variants"
                []
                ("Variant"
                 :: "Seeds"
                 :: [ for column in input.Columns -> Figures.heading column ]
                 @ [ "Change" ])
                [ rows ]
            + grid
                [
                    figure
                        (text $"{dataset}: {Figures.heading input.Metric} with a part taken away.")
                        (Chart.bars $"Ablations on {dataset}" bars)
                ]

    section "Ablations" [ for dataset in datasets input -> block dataset ]

/// Metrics by group of users and of items.
let groups (input: ReportInput) colour =
    let chart dataset kind =
        let models =
            summaries input dataset
            |> Array.filter (fun summary ->
                not summary.Ablation
                && summary.Runs |> Array.exists (fun run -> run.Groups.Count > 0))

        let value (summary: Summary) label =
            let found =
                [
                    for run in summary.Runs do
                        for group in run.Groups do
                            if group.Kind = kind && group.Label = label && group.Means.ContainsKey input.Metric then
                                yield group.Means[input.Metric]
                ]

            if found.IsEmpty then None else Some(List.average found)

        let members =
            models
            |> Seq.collect _.Runs
            |> Seq.collect _.Groups
            |> Seq.filter (fun group -> group.Kind = kind)
            |> Seq.distinctBy _.Label
            |> Seq.sortBy _.Lower
            |> Seq.toList

        if members.IsEmpty then
            None
        else
            let whose =
                if kind = GroupKind.UsersByInteractions then
                    "users"
                else
                    "items"

            let metric = Figures.heading input.Metric

            let series: Chart.Series list =
                [
                    for model in models ->
                        {
                            Name = model.Model
                            Colour = colour model.Model
                            Marked = []
                            Points =
                                members
                                |> List.indexed
                                |> List.choose (fun (i, group) -> value model group.Label |> Option.map (fun v -> float i, v))
                        }
                ]

            let names =
                members
                |> List.map (fun group -> group.Label, $"{Figures.count (int64 group.Members)} {whose}")

            let rows =
                [
                    for group in members ->
                        plain group.Label
                        :: plain (Figures.count (int64 group.Members))
                        :: plain (Figures.count (int64 group.Positives))
                        :: [
                            for model in models -> plain (value model group.Label |> Option.map Figures.metric |> orEmpty)
                        ]
                ]

            let drawn =
                Chart.categories $"{metric} by group of {whose} on {dataset}" metric names series

            let headings =
                "Interactions"
                :: Figures.capital whose
                :: "Positives"
                :: [ for model in models -> model.Model ]

            let caption = $"{dataset}: {metric} by training interactions of the {whose}"
            Some(figure (text (caption + ".")) drawn, table caption [] headings [ rows ])

    let parts =
        List.choose
            id
            [
                for dataset in datasets input do
                    for kind in Enum.GetValues<GroupKind>() -> chart dataset kind
            ]

    section
        "Groups"
        [
            (if parts.IsEmpty then
                 ""
             else
                 paragraph (
                     text
                         "Items by popularity: only positives on items of the group count, in the same ranked lists. Items without training interactions are cold."
                 ))
            grid (List.map fst parts)
            (if parts.IsEmpty then
                 ""
             else
                 element "details" [] (element "summary" [] [ "The same as tables" ] :: List.map snd parts))
        ]
