/// The page's charts: inline SVG, 440 units wide, coloured by the page's style sheet, each mark with its value as a title.
module internal CranePipeline.Evaluation.Chart

open System
open Markup
open Scale

/// One line, or one row's marks: a name, the number of its colour, and points.
type Series =
    {
        Name: string
        Colour: int
        Points: (float * float) list
        /// Points that stand out, such as the epoch that was kept.
        Marked: (float * float) list
    }

let private width = 440.0
let private number = Figures.coordinate
let private attribute name (value: float) = name, number value

let private label (x: float) (y: float) (anchor: string) (extra: string) (content: string) =
    element "text" [ attribute "x" x; attribute "y" y; "text-anchor", anchor; "class", extra ] [ text content ]

let private rule kind x1 y1 x2 y2 =
    empty
        "line"
        [
            "class", kind
            attribute "x1" x1
            attribute "y1" y1
            attribute "x2" x2
            attribute "y2" y2
        ]

let private title (content: string) = element "title" [] [ text content ]
let private colour n = $"s{n % 8}"

/// The drawing with a name for those who cannot see it.
let private drawing (name: string) (height: float) parts =
    element
        "svg"
        [
            "class", "chart"
            "viewBox", $"0 0 {number width} {number height}"
            "role", "img"
            "aria-label", name
        ]
        parts

/// A mark whose shape goes with its colour, so that neither is needed alone.
let private mark kind n x y size tip =
    let d =
        match n % 4 with
        | 0 ->
            $"M{number (x - size)} {number y}a{number size} {number size} 0 1 0 {number (2.0 * size)} 0a{number size} {number size} 0 1 0 {number (-2.0 * size)} 0Z"
        | 1 -> $"M{number (x - size)} {number (y - size)}h{number (2.0 * size)}v{number (2.0 * size)}h{number (-2.0 * size)}Z"
        | 2 ->
            $"M{number x} {number (y - 1.3 * size)}L{number (x + 1.3 * size)} {number y}L{number x} {number (y + 1.3 * size)}L{number (x - 1.3 * size)} {number y}Z"
        | _ ->
            $"M{number x} {number (y - 1.2 * size)}L{number (x + 1.2 * size)} {number (y + size)}L{number (x - 1.2 * size)} {number (y + size)}Z"

    element "path" [ "class", $"mark {kind} {colour n}"; "d", d ] [ title tip ]

/// Names and colours of the series, wrapped over as many lines as they need.
let private legend top (entries: (string * int) list) =
    let mutable x, y = 8.0, top

    let parts =
        [
            for name, n in entries do
                let needed = 20.0 + 6.2 * float name.Length

                if x + needed > width && x > 8.0 then
                    x <- 8.0
                    y <- y + 17.0

                yield mark "key" n (x + 5.0) (y - 4.0) 4.0 name
                yield label (x + 14.0) y "start" "" name
                x <- x + needed + 8.0
        ]

    parts, y + 8.0

let private axes (x: Scale) (y: Scale) left right top bottom (xName: string) (yName: string) =
    [
        for tick in y.Ticks do
            yield rule "grid" left (y.Place tick) right (y.Place tick)
            yield label (left - 6.0) (y.Place tick + 4.0) "end" "tick" (y.Label tick)
        for tick in x.Ticks do
            yield rule "tickmark" (x.Place tick) bottom (x.Place tick) (bottom + 4.0)
            yield label (x.Place tick) (bottom + 16.0) "middle" "tick" (x.Label tick)
        yield rule "axis" left bottom right bottom
        yield label ((left + right) / 2.0) (bottom + 32.0) "middle" "name" xName
        yield label left (top - 8.0) "start" "name" yName
    ]

/// At most about `most` of the points, the last among them: enough to point at, without thousands of marks.
let private thinned most (points: (float * float) list) =
    let every = max 1 ((points.Length + most - 1) / most)

    points
    |> List.indexed
    |> List.filter (fun (i, _) -> i % every = 0 || i = points.Length - 1)
    |> List.map snd

/// Lines over two even or logarithmic axes. `tip` says what a point means.
let lines
    name
    xName
    yName
    (logX: bool)
    (logY: bool)
    (fromZero: bool)
    (tip: Series -> float * float -> string)
    (series: Series list)
    =
    let series = series |> List.filter (fun one -> not one.Points.IsEmpty)
    let all = series |> List.collect _.Points

    if all.IsEmpty then
        ""
    else
        let keys = series |> List.map (fun one -> one.Name, one.Colour) |> List.distinct
        let key, top = if keys.Length > 1 then legend 14.0 keys else [], 6.0
        let left, right, top, bottom = 56.0, width - 14.0, top + 20.0, top + 220.0

        let range pick =
            all |> List.map pick |> fun values -> List.min values, List.max values

        let x = (if logX then logarithmic else linear false 6) (range fst) (left, right)
        let y = (if logY then logarithmic else linear fromZero 5) (range snd) (bottom, top)
        let hover = 60 / max 1 (series.Length / 4)

        drawing
            name
            (bottom + 40.0)
            [
                yield! key
                yield! axes x y left right top bottom xName yName
                for one in series do
                    let steps =
                        one.Points
                        |> List.mapi (fun i (a, b) ->
                            $"""{(if i = 0 then "M" else "L")}{number (x.Place a)} {number (y.Place b)}""")

                    yield empty "path" [ "class", $"line {colour one.Colour}"; "d", String.Concat steps ]

                    // A few points are values of their own and shown; many are a curve that can be pointed at.
                    let kind = if one.Points.Length <= 12 then "dot" else "hover"

                    for point in thinned hover one.Points do
                        yield mark kind one.Colour (x.Place(fst point)) (y.Place(snd point)) 3.0 (tip one point)

                    for point in one.Marked do
                        yield mark "dot" one.Colour (x.Place(fst point)) (y.Place(snd point)) 4.0 (tip one point + ", kept")
            ]

/// Categories along the x axis, a line of marks for each series; points are (number of the category, value).
let categories name yName (names: (string * string) list) (series: Series list) =
    let all = series |> List.collect _.Points

    if all.IsEmpty then
        ""
    else
        let key, top = legend 14.0 (series |> List.map (fun one -> one.Name, one.Colour))
        let left, right, top, bottom = 56.0, width - 14.0, top + 20.0, top + 200.0
        let y = linear true 5 (0.0, all |> List.map snd |> List.max) (bottom, top)

        let place i =
            left + (i + 0.5) / float names.Length * (right - left)

        drawing
            name
            (bottom + 42.0)
            [
                yield! key
                for tick in y.Ticks do
                    yield rule "grid" left (y.Place tick) right (y.Place tick)
                    yield label (left - 6.0) (y.Place tick + 4.0) "end" "tick" (y.Label tick)
                yield rule "axis" left bottom right bottom
                yield label left (top - 8.0) "start" "name" yName
                for i, (upper, lower) in List.indexed names do
                    yield label (place (float i)) (bottom + 16.0) "middle" "tick" upper
                    yield label (place (float i)) (bottom + 31.0) "middle" "faint" lower
                for one in series do
                    let steps =
                        one.Points
                        |> List.mapi (fun i (a, b) ->
                            $"""{(if i = 0 then "M" else "L")}{number (place a)} {number (y.Place b)}""")

                    yield empty "path" [ "class", $"line {colour one.Colour}"; "d", String.Concat steps ]

                    for a, b in one.Points do
                        yield
                            mark "dot" one.Colour (place a) (y.Place b) 3.5 $"{one.Name}, {fst names[int a]}: {Figures.metric b}"
            ]

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
        let longest = rows |> List.map (fun row -> row.Name.Length) |> List.max
        let left = min 190.0 (20.0 + 6.4 * float longest)
        let right, top = width - 22.0, 12.0
        let bottom = top + 26.0 * float rows.Length

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
                    let y = top + 26.0 * (float i + 0.5)
                    let fits = int ((left - 16.0) / 6.0)

                    let shown =
                        if row.Name.Length > fits then
                            row.Name[.. fits - 2] + "…"
                        else
                            row.Name

                    yield
                        element
                            "g"
                            []
                            [
                                title row.Name
                                label (left - 10.0) (y + 4.0) "end" (if row.Hollow then "faint" else "") shown
                            ]

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

/// Horizontal bars with their value written at the end: (name, colour, value, value in words).
let bars name (rows: (string * int * float * string) list) =
    if rows.IsEmpty then
        ""
    else
        let longest = rows |> List.map (fun (row, _, _, _) -> row.Length) |> List.max
        let left = min 190.0 (20.0 + 6.4 * float longest)
        let right = width - 66.0

        let largest =
            rows |> List.map (fun (_, _, value, _) -> value) |> List.max |> max 1e-12

        drawing
            name
            (26.0 * float rows.Length + 12.0)
            [
                for i, (row, n, value, shown) in List.indexed rows do
                    let y = 6.0 + 26.0 * float i
                    let length = max 1.0 (value / largest * (right - left))
                    let fits = int ((left - 16.0) / 6.0)
                    let short = if row.Length > fits then row[.. fits - 2] + "…" else row
                    yield element "g" [] [ title row; label (left - 10.0) (y + 17.0) "end" "" short ]

                    yield
                        element
                            "rect"
                            [
                                "class", $"mark bar {colour n}"
                                attribute "x" left
                                attribute "y" (y + 4.0)
                                attribute "width" length
                                attribute "height" 18.0
                                "rx", "2"
                            ]
                            [ title $"{row}: {shown}" ]

                    yield label (left + length + 6.0) (y + 17.0) "start" "tick" shown
            ]

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
