/// The sections about how the models came to be.
module internal CranePipeline.Evaluation.RunSections

open System
open Markup
open Results

/// Validation NDCG@20 and loss, by epoch and by second: the paper's figure 8.
let convergence (input: ReportInput) colour =
    let charts dataset =
        let runs =
            input.Runs
            |> Seq.filter (fun run -> run.Dataset = dataset && not run.Ablation && run.History.Count > 0)
            |> Seq.toList

        let draw what (x: EpochPoint -> float) xName (y: EpochPoint -> Nullable<float>) yName =
            let series: LineChart.Series list =
                [
                    for run in runs ->
                        {
                            Name = run.Model
                            Colour = colour run.Model
                            Marked =
                                [
                                    for point in run.History do
                                        if
                                            run.BestEpoch.HasValue
                                            && point.Epoch = run.BestEpoch.Value
                                            && (y point).HasValue
                                            && Double.IsFinite (y point).Value
                                        then
                                            yield x point, (y point).Value
                                ]
                            Points =
                                [
                                    for point in run.History do
                                        if (y point).HasValue && Double.IsFinite (y point).Value then
                                            yield x point, (y point).Value
                                ]
                        }
                ]

            let tip (one: LineChart.Series) (a: float, b: float) =
                $"{one.Name}, {xName} {Figures.short a}: {Figures.metric b}"

            match LineChart.lines $"{what} on {dataset}" xName yName false false false tip series with
            | "" -> ""
            | chart -> figure (text $"{dataset}: {what}. A line for each seed, a mark at the epoch that was kept.") chart

        let epoch (point: EpochPoint) = float point.Epoch
        let ndcg (point: EpochPoint) = point.ValidNdcg20
        let loss (point: EpochPoint) = Nullable point.Loss

        [
            draw "validation NDCG@20 by epoch" epoch "epoch" ndcg "NDCG@20"
            draw "validation NDCG@20 by time" _.Seconds "seconds" ndcg "NDCG@20"
            draw "loss by epoch" epoch "epoch" loss "loss"
            draw "loss by time" _.Seconds "seconds" loss "loss"
        ]

    let parts dataset =
        let runs =
            input.Runs
            |> Seq.filter (fun run -> run.Dataset = dataset && run.Model = input.Subject && run.History.Count > 0)
            |> Seq.truncate 1
            |> Seq.toList

        [
            for run in runs do
                let names =
                    run.History |> Seq.collect _.LossParts.Keys |> Seq.distinct |> Seq.toList

                if names.Length > 1 then
                    let series: LineChart.Series list =
                        [
                            for i, name in List.indexed names ->
                                {
                                    Name = name
                                    Colour = i
                                    Marked = []
                                    Points =
                                        [
                                            for point in run.History do
                                                match point.LossParts.TryGetValue name with
                                                | true, value when value > 0.0 -> yield float point.Epoch, value
                                                | _ -> ()
                                        ]
                                }
                        ]

                    let tip (one: LineChart.Series) (a: float, b: float) =
                        $"{one.Name}, epoch {Figures.short a}: {Figures.short b}"

                    match
                        LineChart.lines $"Loss parts of {run.Model} on {dataset}" "epoch" "loss" false true false tip series
                    with
                    | "" -> ()
                    | chart -> yield figure (text $"{dataset}: parts of the loss of {run.Model}, seed {run.Seed}.") chart
        ]

    let epochs dataset =
        match
            competitors input dataset
            |> Array.filter EpochTable.trained
            |> Array.map (EpochTable.row >> List.map plain)
        with
        | [||] -> ""
        | rows ->
            table
                $"{dataset}: validation NDCG@20 and loss at the kept and the last epoch, means over seeds"
                []
                EpochTable.headings
                [ Array.toList rows ]

    section
        "Convergence"
        [
            for dataset in datasets input do
                yield grid (charts dataset @ parts dataset)
                yield epochs dataset
        ]

/// Time and memory: the paper's figure 7.
let time (input: ReportInput) colour =
    let block dataset =
        let models =
            summaries input dataset
            |> Array.filter (fun summary -> summary.Runs |> Array.exists TimeTable.measured)

        let mean (pick: ReportRun -> Nullable<float>) (summary: Summary) =
            match summary.Runs |> Array.map pick |> Array.filter _.HasValue with
            | [||] -> None
            | values -> Some(values |> Array.averageBy _.Value)

        let bars pick format title =
            let rows =
                [
                    for model in models do
                        match mean pick model with
                        | Some value -> yield model.Model, colour model.Model, value, format value
                        | None -> ()
                ]

            match RowChart.bars $"{title} on {dataset}" rows with
            | "" -> ""
            | chart -> figure (text $"{dataset}: {title}.") chart

        let rows =
            [
                for model in models do
                    for run in model.Runs -> List.map plain (TimeTable.row run)
            ]

        if rows.IsEmpty then
            ""
        else
            grid
                [
                    bars _.EpochSeconds Figures.duration "seconds an epoch"
                    bars _.PeakMemoryMB Figures.megabytes "peak memory"
                ]
            + table
                $"{dataset}: time and memory of every run (medians for an epoch and a validation)"
                []
                TimeTable.headings
                [ rows ]

    section "Time and memory" [ for dataset in datasets input -> block dataset ]

/// Where every figure comes from.
let lineage (input: ReportInput) =
    let known = input.Artifacts |> Seq.map _.Key |> Set.ofSeq
    let anchor key = "artifact-" + identifier key

    let link (key: string) =
        if known.Contains key then
            element "a" [ "href", "#" + anchor key ] [ element "code" [] [ text key ] ]
        else
            element "code" [] [ text key ]

    let runs =
        [
            for run in input.Runs do
                if run.ArtifactKey <> "" then
                    yield
                        [
                            plain run.Model
                            plain run.Dataset
                            plain (string run.Seed)
                            plain (
                                match run.Metrics.TryGetValue input.Metric with
                                | true, value -> Figures.metric value
                                | _ -> "–"
                            )
                            cell (link run.ArtifactKey)
                        ]
        ]

    let artifact (artifact: ReportArtifact) =
        let inputs = String.Join(", ", artifact.Inputs |> Seq.map link)

        let facts =
            [
                (if artifact.Seconds.HasValue then
                     "made in " + Figures.duration artifact.Seconds.Value
                 else
                     "")
                artifact.Finished
            ]
            |> List.filter (fun fact -> fact <> "")

        let settings =
            if artifact.Settings.Count = 0 then
                ""
            else
                element
                    "dl"
                    []
                    [
                        for entry in artifact.Settings ->
                            element "div" [] [ element "dt" [] [ text entry.Key ]; element "dd" [] [ text entry.Value ] ]
                    ]

        element
            "details"
            [ "class", "artifact"; "id", anchor artifact.Key ]
            [
                element
                    "summary"
                    []
                    [
                        text $"{artifact.Dataset} / {artifact.Stage} / "
                        element "code" [] [ text artifact.Key ]
                    ]
                paragraph (String.Join("; ", (if inputs = "" then [] else [ "from " + inputs ]) @ List.map text facts))
                settings
            ]

    section
        "Lineage"
        [
            (if runs.IsEmpty then
                 ""
             else
                 table
                     "The artifact behind every run"
                     []
                     [ "Model"; "Data set"; "Seed"; Figures.heading input.Metric; "Artifact" ]
                     [ runs ])
            (if input.Artifacts.Count = 0 then
                 ""
             else
                 subheading "Artifacts and their settings"
                 + (input.Artifacts |> Seq.map artifact |> String.Concat))
        ]
