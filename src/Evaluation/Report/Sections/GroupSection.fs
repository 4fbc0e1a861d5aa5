/// Metrics by group of users and of items.
module internal CranePipeline.Evaluation.GroupSection

open System
open Markup
open Results

/// Metrics by group of users and of items.
let groups (input: ReportInput) colour =
    let chart dataset kind =
        let models =
            summaries input dataset
            |> Array.filter (fun summary ->
                not summary.Ablation
                && summary.Runs |> Array.exists (fun run -> run.Groups.Count > 0))

        let values =
            dict
                [
                    for model in models -> model.Model, GroupResults.over input.Metric kind model.Runs
                ]

        let value (summary: Summary) label =
            values[summary.Model]
            |> List.tryFind (fun group -> group.Label = label)
            |> Option.map _.Mean

        let members = models |> Seq.collect _.Runs |> GroupResults.over input.Metric kind

        if members.IsEmpty then
            None
        else
            let whose =
                if kind = GroupKind.UsersByInteractions then
                    "users"
                else
                    "items"

            let metric = Figures.heading input.Metric

            let series: LineChart.Series list =
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

            // Short enough to stand beside each other: the table has the words.
            let brief (label: string) =
                label.Replace(" or more", "+").Replace(" (cold start)", "")

            let names =
                members
                |> List.map (fun group -> brief group.Label, Figures.count group.Members)

            let rows =
                [
                    for group in members ->
                        plain group.Label
                        :: plain (Figures.count group.Members)
                        :: plain (Figures.count group.Positives)
                        :: [
                            for model in models -> plain (value model group.Label |> Option.map Figures.metric |> Figures.orEmpty)
                        ]
                ]

            let drawn =
                LineChart.categories
                    $"{metric} by group of {whose} on {dataset}"
                    $"training interactions of the {whose}; below, {whose} of the group"
                    metric
                    names
                    series

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
                         $"Items by popularity: only positives on items of the group count, in the same ranked lists. Items without training interactions are cold. {GroupResults.legend}"
                 ))
            grid (List.map fst parts)
            (if parts.IsEmpty then
                 ""
             else
                 element "details" [] (element "summary" [] [ "The same as tables" ] :: List.map snd parts))
        ]
