/// Values over two dimensions: heat maps and points in the plane.
module internal CranePipeline.Evaluation.PlaneChart

open Drawing
open Markup

/// A heat map: values by (column, row), darker where larger; a missing cell stays empty.
let heat name (xName: string) (yName: string) (columns: string list) (rows: string list) (value: int -> int -> float option) =
    let known =
        [
            for r in 0 .. rows.Length - 1 do
                for c in 0 .. columns.Length - 1 do
                    yield! Option.toList (value c r)
        ]

    if known.IsEmpty then
        ""
    else
        let low, high = List.min known, List.max known
        let left, top = 64.0, 26.0
        let cellWidth = min 84.0 ((width - left - 8.0) / float columns.Length)
        let cellHeight = 38.0
        let bottom = top + cellHeight * float rows.Length

        drawing
            name
            (bottom + 40.0)
            [
                yield label left 14.0 "start" "name" yName
                for r, row in List.indexed rows do
                    yield label (left - 8.0) (top + cellHeight * (float r + 0.5) + 4.0) "end" "tick" row
                for c, column in List.indexed columns do
                    yield label (left + cellWidth * (float c + 0.5)) (bottom + 16.0) "middle" "tick" column
                yield label (left + cellWidth * float columns.Length / 2.0) (bottom + 32.0) "middle" "name" xName
                for r in 0 .. rows.Length - 1 do
                    for c in 0 .. columns.Length - 1 do
                        let x, y = left + cellWidth * float c, top + cellHeight * float r

                        let place =
                            [
                                attribute "x" (x + 1.0)
                                attribute "y" (y + 1.0)
                                attribute "width" (cellWidth - 2.0)
                                attribute "height" (cellHeight - 2.0)
                                "rx", "2"
                            ]

                        match value c r with
                        | Some v ->
                            let share = if high > low then (v - low) / (high - low) else 0.5
                            let tip = $"{xName} {columns[c]}, {yName} {rows[r]}: {Figures.metric v}"

                            yield
                                element
                                    "rect"
                                    ([ "class", "mark heat"; "style", $"--share-of:{number (100.0 * share)}%%" ]
                                     @ place)
                                    [ title tip ]

                            yield
                                label
                                    (x + cellWidth / 2.0)
                                    (y + cellHeight / 2.0 + 4.0)
                                    "middle"
                                    (if share > 0.5 then "on-dark" else "on-light")
                                    (Figures.metric v)
                        | None -> yield empty "rect" ([ "class", "missing" ] @ place)
            ]

/// Points in the plane, without axes, for they have no unit: (x, y, group, whether it stands out, what it is).
let scatter name (points: (float * float * int * bool * string) list) =
    if points.IsEmpty then
        ""
    else
        let xs = points |> List.map (fun (x, _, _, _, _) -> x)
        let ys = points |> List.map (fun (_, y, _, _, _) -> y)
        let height = 330.0

        let span =
            max (List.max xs - List.min xs) ((List.max ys - List.min ys) * width / height)
            |> max 1e-12

        let unit = (width - 36.0) / span

        let middle (values: float list) =
            (List.min values + List.max values) / 2.0

        let x value =
            width / 2.0 + (value - middle xs) * unit

        let y value =
            height / 2.0 + (value - middle ys) * unit

        drawing
            name
            height
            [
                for px, py, group, _, tip in points |> List.filter (fun (_, _, _, big, _) -> not big) do
                    yield mark "point" group (x px) (y py) 3.2 tip
                for px, py, group, _, tip in points |> List.filter (fun (_, _, _, big, _) -> big) do
                    yield mark "star" group (x px) (y py) 7.0 tip
            ]
