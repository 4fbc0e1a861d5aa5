/// What the charts are drawn with: inline SVG, 440 units wide, coloured by the page's style sheet, each mark with its value as a title.
module internal CranePipeline.Evaluation.Drawing

open Markup
open Scale

let width = 440.0
let number = Figures.coordinate
let attribute name (value: float) = name, number value

let label (x: float) (y: float) (anchor: string) (extra: string) (content: string) =
    element "text" [ attribute "x" x; attribute "y" y; "text-anchor", anchor; "class", extra ] [ text content ]

let rule kind x1 y1 x2 y2 =
    empty
        "line"
        [
            "class", kind
            attribute "x1" x1
            attribute "y1" y1
            attribute "x2" x2
            attribute "y2" y2
        ]

let title (content: string) = element "title" [] [ text content ]
let colour n = $"s{n % 8}"

/// Which of the four shapes and dashes goes with a colour: another one each time the eight colours begin again, so that 32 series differ.
let private form n = (n + n / 8) % 4

/// The class of a line: its colour and its dashes.
let stroke n = $"{colour n} d{form n}"

/// The drawing with a name for those who cannot see it.
let drawing (name: string) (height: float) parts =
    element
        "svg"
        [
            "class", "chart"
            "viewBox", $"0 0 {number width} {number height}"
            "role", "img"
            "aria-label", name
        ]
        parts

/// A mark whose shape goes with its colour, so that neither is needed alone where there are at most eight series.
let mark kind n x y size tip =
    let d =
        match form n with
        | 0 ->
            $"M{number (x - size)} {number y}a{number size} {number size} 0 1 0 {number (2.0 * size)} 0a{number size} {number size} 0 1 0 {number (-2.0 * size)} 0Z"
        | 1 -> $"M{number (x - size)} {number (y - size)}h{number (2.0 * size)}v{number (2.0 * size)}h{number (-2.0 * size)}Z"
        | 2 ->
            $"M{number x} {number (y - 1.3 * size)}L{number (x + 1.3 * size)} {number y}L{number x} {number (y + 1.3 * size)}L{number (x - 1.3 * size)} {number y}Z"
        | _ ->
            $"M{number x} {number (y - 1.2 * size)}L{number (x + 1.2 * size)} {number (y + size)}L{number (x - 1.2 * size)} {number (y + size)}Z"

    element "path" [ "class", $"mark {kind} {colour n}"; "d", d ] [ title tip ]

/// Names and marks of the series, wrapped over as many lines as they need; `lines` adds a piece of each one's line.
let legend top lines (entries: (string * int) list) =
    let mutable x, y = 8.0, top
    // Long enough for the longest dash to come twice.
    let middle = if lines then 17.0 else 5.0

    let parts =
        [
            for name, n in entries do
                let needed = 2.0 * middle + 12.0 + 6.9 * float name.Length

                if x + needed > width && x > 8.0 then
                    x <- 8.0
                    y <- y + 17.0

                if lines then
                    yield rule $"line {stroke n}" x (y - 4.0) (x + 2.0 * middle) (y - 4.0)

                yield mark "key" n (x + middle) (y - 4.0) 4.0 name
                yield label (x + 2.0 * middle + 4.0) y "start" "" name
                x <- x + needed + 8.0
        ]

    parts, y + 8.0

let axes (x: Scale) (y: Scale) left right top bottom (xName: string) (yName: string) =
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

/// The widest a row's name gets.
let private rowNames = 190.0

/// A row's name in one line or, where that is too long, in two; what does not fit there either is cut and stays as the title.
let private rowLines (name: string) =
    let fits = int ((rowNames - 16.0) / 6.2)

    let cut (line: string) =
        if line.Length > fits then line[.. fits - 2] + "…" else line

    if name.Length <= fits then
        [ name ]
    else
        match name.LastIndexOf(' ', fits) with
        | -1 -> [ cut name ]
        | space -> [ name[.. space - 1]; cut name[space + 1 ..] ]

/// Where the rows' names end, and the height of a row.
let rowLayout (names: string list) =
    let lines = names |> List.map rowLines
    let longest = lines |> List.concat |> List.map _.Length |> List.max

    let height =
        if lines |> List.forall (fun one -> one.Length = 1) then
            26.0
        else
            34.0

    min rowNames (20.0 + 6.4 * float longest), height

/// A row's name, right-aligned at `x` and centred at `y`.
let rowLabel x y kind (name: string) =
    let lines = rowLines name
    let first = y + 4.0 - 6.5 * float (lines.Length - 1)

    element
        "g"
        []
        (title name
         :: [
             for i, line in List.indexed lines -> label x (first + 13.0 * float i) "end" kind line
         ])
