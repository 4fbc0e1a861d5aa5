/// The subject against other models, and against itself with a part taken away.
module internal CranePipeline.Evaluation.ComparisonSections

open System
open Markup
open Results

/// Tests of a model against others on a data set.
let against metric level dataset (subject: string) (compared: Comparison[]) colour =
    if compared.Length = 0 then
        ""
    else
        let mark p =
            styled (if p <= level then "best" else "") (plain (Figures.probability p))

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
                        plain (
                            users
                            |> Option.map (fun test -> Figures.count (int64 test.Count))
                            |> Figures.orEmpty
                        )
                        mark c.UsersTAdjusted
                        mark c.UsersWilcoxonAdjusted
                        plain (
                            users
                            |> Option.map (fun test -> Figures.short test.EffectSize)
                            |> Figures.orEmpty
                        )
                        plain (
                            ranks
                            |> Option.map (fun test -> Figures.short test.RankBiserial)
                            |> Figures.orEmpty
                        )
                    ]
            ]

        let forest: RowChart.DotRow list =
            [
                for c in compared do
                    match Option.ofObj c.UsersT with
                    | Some test ->
                        let tip =
                            $"{subject} − {c.Second}: {Figures.metric test.MeanDifference} ({Figures.metric test.Lower} to {Figures.metric test.Upper})"

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
                RowChart.dots
                    $"Difference in {Figures.heading metric} between {subject} and each model on {dataset}"
                    $"{subject} − model, {Figures.heading metric}"
                    true
                    forest
            with
            | "" -> ""
            | chart ->
                figure
                    (text $"{dataset}: mean difference over users with its 95 %% interval. Right of the line {subject} is better.")
                    chart

        table
            $"{dataset}: {subject} against each model on {Figures.heading metric}; two-sided p-values, Holm-adjusted"
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
        + (match withoutSpread dataset compared with
           | "" -> ""
           | sentence -> paragraph (text sentence))
        + grid [ chart ]

/// Tests of the subject against each competitor.
let significance (input: ReportInput) colour =
    section
        "Significance"
        [
            for dataset in datasets input ->
                against input.Metric input.Significance dataset input.Subject (comparisons input dataset) colour
        ]

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
                            for column in input.Columns -> cell (summary.Metric column |> Option.map spread |> Figures.orEmpty)
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

            // A variant that changes no setting under the chosen preset is the model itself.
            let unchanged =
                let keys =
                    subject
                    |> Option.map (fun own -> own.Runs |> Seq.map _.ArtifactKey |> Set.ofSeq)

                [
                    for sweep in input.Sweeps do
                        if sweep.Dataset = dataset then
                            for cell in sweep.Cells do
                                if
                                    cell.Label <> ""
                                    && cell.Label <> input.Subject
                                    && keys |> Option.exists (Set.contains cell.ArtifactKey)
                                then
                                    yield cell.Label
                ]
                |> List.distinct

            table
                $"{dataset}: {input.Subject} and its variants"
                []
                ("Variant"
                 :: "Seeds"
                 :: [ for column in input.Columns -> Figures.heading column ]
                 @ [ "Change" ])
                [ rows ]
            + (if unchanged.IsEmpty then
                   ""
               else
                   let names = String.Join(", ", unchanged)

                   element
                       "p"
                       []
                       [
                           text $"The same settings, and so the same runs, as {input.Subject}: {names}."
                       ])
            + grid
                [
                    figure
                        (text $"{dataset}: {Figures.heading input.Metric} with a part taken away.")
                        (RowChart.bars $"Ablations on {dataset}" bars)
                ]

    section "Ablations" [ for dataset in datasets input -> block dataset ]
