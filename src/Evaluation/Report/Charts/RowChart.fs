/// One row a model or variant: dots with intervals, and bars.
module internal CranePipeline.Evaluation.RowChart

open Drawing
open Markup
open Scale

/// A row of a dot plot.
type DotRow =
    {
        Name: string
        Colour: int
        /// Single values, such as one for each seed.
        Dots: (float * string) list
        /// Lower end, middle, upper end.
        Interval: (float * float * float * string) option
        /// Whether the value is somebody else's, drawn hollow.
        Hollow: bool
    }

/// Rows of dots and intervals over one value axis; `zero` draws the line of no difference.
let dots name xName (zero: bool) (rows: DotRow list) =
    let values =
        [
            for row in rows do
                yield! List.map fst row.Dots

                match row.Interval with
                | Some(low, middle, high, _) -> yield! [ low; middle; high ]
                | None -> ()
        ]

    if values.IsEmpty then
        ""
    else
        let left, height = rowLayout (rows |> List.map _.Name)
        let right, top = width - 22.0, 12.0
        let bottom = top + height * float rows.Length

        let x =
            linear zero 4 (List.min values, (if zero then max 0.0 (List.max values) else List.max values)) (left, right)

        drawing
            name
            (bottom + 40.0)
            [
                for tick in x.Ticks do
                    yield rule "grid" (x.Place tick) top (x.Place tick) bottom
                    yield label (x.Place tick) (bottom + 16.0) "middle" "tick" (x.Label tick)
                if zero then
                    yield rule "zero" (x.Place 0.0) (top - 4.0) (x.Place 0.0) bottom
                yield label ((left + right) / 2.0) (bottom + 33.0) "middle" "name" xName
                for i, row in List.indexed rows do
                    let y = top + height * (float i + 0.5)
                    yield rowLabel (left - 10.0) y (if row.Hollow then "faint" else "") row.Name

                    match row.Interval with
                    | Some(low, middle, high, tip) ->
                        yield
                            element
                                "line"
                                [
                                    "class", $"span {colour row.Colour}"
                                    attribute "x1" (x.Place low)
                                    attribute "x2" (x.Place high)
                                    attribute "y1" y
                                    attribute "y2" y
                                ]
                                [ title tip ]

                        yield mark "dot" row.Colour (x.Place middle) y 4.5 tip
                    | None -> ()

                    for value, tip in row.Dots do
                        yield
                            mark
                                (if row.Hollow then "hollow"
                                 else if row.Interval.IsSome then "seed"
                                 else "dot")
                                row.Colour
                                (x.Place value)
                                y
                                (if row.Hollow then 4.0 else 3.5)
                                tip
            ]

/// Horizontal bars with their value written at the end: (name, colour, value, value in words). A row without a value has no bar.
let bars name (rows: (string * int * float * string) list) =
    let rows =
        rows |> List.filter (fun (_, _, value, _) -> System.Double.IsFinite value)

    if rows.IsEmpty then
        ""
    else
        let left, height = rowLayout (rows |> List.map (fun (row, _, _, _) -> row))
        let right = width - 66.0

        let largest =
            rows |> List.map (fun (_, _, value, _) -> value) |> List.max |> max 1e-12

        drawing
            name
            (height * float rows.Length + 12.0)
            [
                for i, (row, n, value, shown) in List.indexed rows do
                    let y = 6.0 + height * (float i + 0.5)
                    let length = max 1.0 (value / largest * (right - left))
                    yield rowLabel (left - 10.0) y "" row

                    yield
                        element
                            "rect"
                            [
                                "class", $"mark bar {colour n}"
                                attribute "x" left
                                attribute "y" (y - 9.0)
                                attribute "width" length
                                attribute "height" 18.0
                                "rx", "2"
                            ]
                            [ title $"{row}: {shown}" ]

                    yield label (left + length + 6.0) (y + 4.0) "start" "tick" shown
            ]
