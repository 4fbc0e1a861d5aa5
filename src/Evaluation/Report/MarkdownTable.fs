/// Headings, paragraphs and tables in Markdown. Everything from outside goes through `text` or `code`.
module internal CranePipeline.Evaluation.MarkdownTable

open System
open System.Text
open CranePipeline.Tables

/// Escapes text so that it stands there as it is: no markup, no HTML, no control characters.
let text (value: string) =
    let out = StringBuilder()

    for letter in VisibleText.Of value do
        match letter with
        | '&' -> out.Append "&amp;"
        | '<' -> out.Append "&lt;"
        | '>' -> out.Append "&gt;"
        | '\\'
        | '`'
        | '*'
        | '_'
        | '['
        | ']'
        | '~'
        | '$' -> out.Append('\\').Append letter
        | _ -> out.Append letter
        |> ignore

    out.ToString()

/// Text as code, fenced by more backticks than it holds in a row.
let code (value: string) =
    let shown = VisibleText.Of value
    let mutable longest, run = 0, 0

    for letter in shown do
        run <- if letter = '`' then run + 1 else 0
        longest <- max longest run

    let fence = String('`', longest + 1)
    let space = if longest > 0 then " " else ""
    String.Concat(fence, space, shown, space, fence)

/// A bar would end the cell, also in code (GitHub Flavored Markdown, tables).
let private cell (markup: string) = markup.Replace("|", "\\|")

/// A table of markup: the first column is words, the others are numbers.
let table (out: StringBuilder) (headings: string list) (rows: string list seq) =
    let line (cells: string list) =
        out.Append("| ").Append(String.Join(" | ", cells |> List.map cell)).Append(" |\n")
        |> ignore

    line headings
    line (headings |> List.mapi (fun i _ -> if i = 0 then "---" else "---:"))
    Seq.iter line rows
    out.Append '\n' |> ignore

let heading (out: StringBuilder) level (markup: string) =
    out.Append('#', level).Append(' ').Append(markup).Append("\n\n") |> ignore

let paragraph (out: StringBuilder) (markup: string) =
    out.Append(markup).Append("\n\n") |> ignore

let withSpread (interval: Interval) =
    if interval.Count > 1 then
        $"{Figures.metric interval.Mean} ± {Figures.metric interval.StandardDeviation}"
    else
        Figures.metric interval.Mean
