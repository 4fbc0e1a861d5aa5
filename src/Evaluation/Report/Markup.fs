/// HTML and SVG as text. Everything from outside goes through `text`.
module internal CranePipeline.Evaluation.Markup

open System
open System.Text
open CranePipeline.Tables

/// Escapes text for use between tags and inside quoted attributes; control characters are shown, not obeyed.
let text (value: string) =
    VisibleText.Of(value).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;")

let private opening (name: string) (attributes: (string * string) list) =
    let out = StringBuilder("<").Append name

    for key, value in attributes do
        out.Append(' ').Append(key).Append("=\"").Append(text value).Append('"')
        |> ignore

    out.ToString()

/// An element around markup.
let element name attributes (children: string seq) =
    $"{opening name attributes}>{String.Concat children}</{name}>"

/// An SVG element without content.
let empty name attributes = opening name attributes + "/>"

/// A name that can stand in an id.
let identifier (name: string) =
    String.map
        (fun c ->
            if Char.IsAsciiLetterOrDigit c then
                Char.ToLowerInvariant c
            else
                '-')
        name

/// A cell of a table: markup, and the class of its cell.
type Cell = { Content: string; Class: string }

let cell content = { Content = content; Class = "" }
let plain value = cell (text value)
let styled name cell = { cell with Class = name }

/// A heading of a table: its text, and the columns it spans.
type Heading = { Title: string; Span: int }

let private row (cells: Cell list) =
    let attributes (cell: Cell) =
        if cell.Class = "" then [] else [ "class", cell.Class ]

    match cells with
    | [] -> ""
    | first :: rest ->
        let head = element "th" (("scope", "row") :: attributes first) [ first.Content ]

        element
            "tr"
            []
            (head
             :: (rest |> List.map (fun cell -> element "td" (attributes cell) [ cell.Content ])))

/// A table with a caption, in a box that scrolls sideways. `groups` may be empty; the first column is the rows' names.
let table (caption: string) (groups: Heading list) (headings: string list) (bodies: Cell list list list) =
    let grouping =
        match groups with
        | [] -> ""
        | groups ->
            element
                "tr"
                [ "class", "groups" ]
                [
                    for group in groups ->
                        element
                            (if group.Title = "" then "td" else "th")
                            ([ "colspan", string group.Span ]
                             @ (if group.Title = "" then [] else [ "scope", "colgroup" ]))
                            [ text group.Title ]
                ]

    let head =
        element "tr" [] [ for heading in headings -> element "th" [ "scope", "col" ] [ text heading ] ]

    element
        "div"
        [ "class", "scroll"; "tabindex", "0"; "role", "region"; "aria-label", caption ]
        [
            element
                "table"
                []
                [
                    element "caption" [] [ element "span" [] [ text caption ] ]
                    element "thead" [] [ grouping; head ]
                    String.Concat [ for body in bodies -> element "tbody" [] (List.map row body) ]
                ]
        ]

/// A figure: something drawn, and what it shows.
let figure (caption: string) content =
    element "figure" [] [ content; element "figcaption" [] [ caption ] ]

/// Figures beside each other where there is room.
let grid (figures: string list) =
    match List.filter (fun figure -> figure <> "") figures with
    | [] -> ""
    | figures -> element "div" [ "class", "grid" ] figures

let paragraph content = element "p" [] [ content ]

/// A section of the page; empty content makes none.
let section (title: string) (content: string list) =
    match List.filter (fun part -> part <> "") content with
    | [] -> ""
    | content ->
        let id = identifier title

        element
            "section"
            [ "id", id; "aria-labelledby", id + "-title" ]
            (element "h2" [ "id", id + "-title" ] [ text title ] :: content)

let subheading (title: string) = element "h3" [] [ text title ]

/// A mean, with its standard deviation where there are several values.
let spread (interval: Interval) =
    if interval.Count > 1 then
        $"""{Figures.metric interval.Mean} {element "small" [] [ "± " + Figures.metric interval.StandardDeviation ]}"""
    else
        Figures.metric interval.Mean
