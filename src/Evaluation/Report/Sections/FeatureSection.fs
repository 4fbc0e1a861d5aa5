/// The section about the quality of the features: what the tables are like, and which items they hold for alike.
module internal CranePipeline.Evaluation.FeatureSection

open System
open Markup

let private named (item: NamedItem) =
    match item.Title with
    | null
    | "" -> element "code" [] [ text item.RawId ]
    | title -> element "span" [ "title", item.RawId ] [ text title ]

let private example (one: NeighbourExample) =
    element
        "li"
        []
        [
            element "p" [] [ named one.Item ]
            element
                "ol"
                []
                [
                    for similar in one.Neighbours ->
                        element
                            "li"
                            []
                            [
                                element "span" [ "class", "cosine" ] [ text (FeatureTable.cosine similar) ]
                                named similar.Item
                            ]
                ]
        ]

let private quantiles (features: (string * FeatureQuality) list) =
    let rows: RowChart.DotRow list =
        [
            for i, (dataset, table) in List.indexed features do
                match Option.ofObj table.NearestSimilarity with
                | Some values when values.Count = 5 ->
                    let words = values |> Seq.map Figures.short |> Seq.toArray

                    yield
                        {
                            Name = $"{dataset}, {table.Modality}"
                            Colour = i
                            Dots = []
                            Interval =
                                Some(
                                    values[0],
                                    values[2],
                                    values[4],
                                    $"{dataset}, {table.Modality}: 5 %% of the items below {words[0]}, half below {words[2]}, 95 %% below {words[4]}"
                                )
                            Hollow = false
                        }
                | _ -> ()
        ]

    match RowChart.dots "Cosine of each item's nearest item" "cosine of the nearest item" false rows with
    | "" -> ""
    | chart ->
        figure
            (text
                "Cosine of each item's nearest item: median, and the range from 5 to 95 %. Close to 1 for most items, the features tell items hardly apart.")
            chart

/// Coverage, duplicates, spread and explained variance of every table, and items with their nearest items.
let features (input: ReportInput) =
    let all = FeatureTable.all input
    let columns = FeatureTable.columns (List.map snd all)

    let origins =
        plain "Made of"
        :: [
            for _, table in all -> styled "made" (cell (element "small" [] [ text table.Origin ]))
        ]

    let measure (column: FeatureTable.Column) =
        plain column.Heading
        :: [ for _, table in all -> plain (column.Value table |> Option.defaultValue "") ]

    // A row a measure: there are more of them than tables, and a phone is narrow.
    let rows =
        if all |> List.exists (fun (_, table) -> table.Origin <> "") then
            origins :: List.map measure columns
        else
            List.map measure columns

    let examples =
        [
            for dataset, table in all do
                if table.Examples.Count > 0 then
                    yield
                        element
                            "details"
                            []
                            [
                                element
                                    "summary"
                                    []
                                    [
                                        text
                                            $"{dataset}: {table.Examples.Count} items and their nearest by {table.Modality} features"
                                    ]
                                element "ul" [ "class", "neighbours" ] [ for one in table.Examples -> example one ]
                            ]
        ]

    if all.IsEmpty then
        ""
    else
        section
            "Features"
            [
                table "Feature tables" [] ("" :: [ for dataset, table in all -> $"{dataset}, {table.Modality}" ]) [ rows ]
                grid [ quantiles all ]
                String.Concat examples
            ]
