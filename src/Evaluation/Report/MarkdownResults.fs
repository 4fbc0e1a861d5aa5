/// The report's results as Markdown tables.
module internal CranePipeline.Evaluation.MarkdownResults

open System
open System.Text
open MarkdownTable

let results (out: StringBuilder) (input: ReportInput) (columns: string list) dataset =
    let models = Results.summaries input dataset

    if models.Length > 0 then
        heading out 3 (text dataset)
        let comparisons = Results.comparisons input dataset
        let competitors = Results.competitors input dataset

        table
            out
            ("Model" :: "Seeds" :: (columns |> List.map Figures.heading))
            [
                for model in models ->
                    let stars =
                        comparisons
                        |> Array.tryFind (fun comparison -> comparison.Second = model.Model)
                        |> Option.map (Results.stars input.Significance)
                        |> Option.defaultValue ""

                    let cell column =
                        match model.Metric column with
                        | None -> "–"
                        | Some interval ->
                            let shown = withSpread interval
                            let top = not model.Ablation && interval.Mean = Results.best column competitors

                            (if top then $"**{shown}**" else shown)
                            + (if column = input.Metric && stars <> "" then
                                   " " + stars.Replace("*", "\\*")
                               else
                                   "")

                    text model.Model :: string model.Runs.Length :: (columns |> List.map cell)
            ]

        for note in Results.notes input dataset do
            paragraph out (text note)

        match Published.about dataset with
        | Some source ->
            let figures =
                source.Figures
                |> List.map (fun figure -> $"{figure.Model} {Figures.heading figure.Metric} {Figures.metric figure.Value}")

            paragraph out $"""Published ({source.Citation}): {String.Join(", ", figures)}. {source.Caveat}"""
        | None -> ()

let significance (out: StringBuilder) (input: ReportInput) =
    let all = Results.datasets input |> Array.collect (Results.comparisons input)

    if all.Length > 0 then
        heading out 2 "Significance"

        paragraph
            out
            $"{text input.Subject} against each other model on {Figures.heading input.Metric}. p-values are two-sided and adjusted by Holm's method within a data set and test; the interval is of the mean difference over users, 95 %%."

        let effect (test: PairedTTest | null) =
            match test with
            | null -> "–"
            | test -> Figures.short test.EffectSize

        let interval (test: PairedTTest | null) =
            match test with
            | null -> "–"
            | test -> $"{Figures.metric test.Lower} … {Figures.metric test.Upper}"

        table
            out
            [
                "Data set"
                "Against"
                "Change"
                "Seeds"
                "t, seeds"
                "Wilcoxon, seeds"
                "t, users"
                "Wilcoxon, users"
                "Interval"
                "d\\_z, users"
            ]
            [
                for c in all ->
                    [
                        text c.Dataset
                        text c.Second
                        Figures.change c.Improvement
                        string c.Seeds.Count
                        Figures.probability c.SeedsTAdjusted
                        Figures.probability c.SeedsWilcoxonAdjusted
                        Figures.probability c.UsersTAdjusted
                        Figures.probability c.UsersWilcoxonAdjusted
                        interval c.UsersT
                        effect c.UsersT
                    ]
            ]

        for dataset, compared in all |> Array.groupBy _.Dataset do
            match Results.withoutSpread dataset compared with
            | "" -> ()
            | sentence -> paragraph out (text sentence)

let groups (out: StringBuilder) (input: ReportInput) dataset =
    let rows =
        [
            for kind in Enum.GetValues<GroupKind>() do
                for model in Results.summaries input dataset do
                    for group in GroupResults.over input.Metric kind model.Runs ->
                        [
                            (if kind = GroupKind.UsersByInteractions then
                                 "Users with"
                             else
                                 "Items with")
                            + $" {group.Label} interactions"
                            text model.Model
                            Figures.count group.Members
                            Figures.count group.Positives
                            Figures.metric group.Mean
                        ]
        ]

    if rows.Length > 0 then
        heading out 3 $"Groups: {text dataset}"
        paragraph out GroupResults.legend
        table out [ "Group"; "Model"; "Members"; "Positives"; Figures.heading input.Metric ] rows
