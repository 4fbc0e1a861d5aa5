/// What the report says about feature tables, before it is written down.
module internal CranePipeline.Evaluation.FeatureTable

open System

/// A column: its heading, and the value of a table in words.
type Column =
    {
        Heading: string
        Value: FeatureQuality -> string option
    }

let private nullable format (value: Nullable<'a>) =
    Option.ofNullable value |> Option.map format

/// Every table, with the name of its data set.
let all (input: ReportInput) =
    [
        for set in input.Datasets do
            for table in set.Features -> set.Name, table
    ]

/// Columns that at least one of the tables has a value for.
let columns (features: FeatureQuality list) : Column list =
    let measures = features |> Seq.collect _.Measures.Keys |> Seq.distinct

    let further: Column list =
        [
            for measure in measures ->
                {
                    Heading = Figures.capital measure
                    Value =
                        fun table ->
                            match table.Measures.TryGetValue measure with
                            | true, value when value = floor value -> Some(Figures.count (int64 value))
                            | true, value -> Some(Figures.short value)
                            | _ -> None
                }
        ]

    [
        {
            Heading = "Width"
            Value = fun table -> Some(Figures.count (int64 table.Dimensions))
        }
        {
            Heading = "Items covered"
            Value = fun table -> Some(Figures.count (int64 table.Covered))
        }
        {
            Heading = "Coverage"
            Value =
                fun table ->
                    if table.Items > 0 then
                        Some(Figures.percent (float table.Covered / float table.Items))
                    else
                        None
        }
        {
            Heading = "Duplicates"
            Value = fun table -> table.Duplicates |> nullable (fun count -> Figures.count (int64 count))
        }
        {
            Heading = "Zero vectors"
            Value = fun table -> table.ZeroVectors |> nullable (fun count -> Figures.count (int64 count))
        }
        {
            Heading = "Variance kept"
            Value = fun table -> table.ExplainedVariance |> nullable Figures.percent
        }
        {
            Heading = "Spread: least, median, greatest"
            Value =
                fun table ->
                    Option.ofObj table.Spread
                    |> Option.map (fun spread -> String.Join(" · ", spread |> Seq.map Figures.short))
        }
        {
            Heading = "Effective dimensions"
            Value = fun table -> table.EffectiveDimensions |> nullable Figures.short
        }
        {
            Heading = "Nearest cosine, median"
            Value =
                fun table ->
                    match Option.ofObj table.NearestSimilarity with
                    | Some quantiles when quantiles.Count > 0 -> Some(Figures.short quantiles[quantiles.Count / 2])
                    | _ -> None
        }
    ]
    @ further
    |> List.filter (fun column -> features |> List.exists (fun table -> (column.Value table).IsSome))

/// An item's title, or its raw id where it has none.
let name (item: NamedItem) =
    match item.Title with
    | null
    | "" -> item.RawId
    | title -> title

/// The cosine in words.
let cosine (similar: SimilarItem) =
    if similar.Similarity.HasValue then
        similar.Similarity.Value.ToString("0.00", Globalization.CultureInfo.InvariantCulture)
    else
        "–"
