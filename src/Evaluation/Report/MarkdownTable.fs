/// Headings, paragraphs and tables in Markdown.
module internal CranePipeline.Evaluation.MarkdownTable

open System
open System.Text

let private escape (text: string) =
    text.Replace("|", "\\|").Replace("\n", " ")

/// A table: the first column is text, the others are numbers.
let table (out: StringBuilder) (headings: string list) (rows: string list seq) =
    let line (cells: string list) =
        out.Append("| ").Append(String.Join(" | ", cells |> List.map escape)).Append(" |\n")
        |> ignore

    line headings
    line (headings |> List.mapi (fun i _ -> if i = 0 then "---" else "---:"))
    Seq.iter line rows
    out.Append '\n' |> ignore

let heading (out: StringBuilder) level (text: string) =
    out.Append('#', level).Append(' ').Append(text).Append("\n\n") |> ignore

let paragraph (out: StringBuilder) (text: string) =
    out.Append(text).Append("\n\n") |> ignore

let withSpread (interval: Interval) =
    if interval.Count > 1 then
        $"{Figures.metric interval.Mean} ± {Figures.metric interval.StandardDeviation}"
    else
        Figures.metric interval.Mean
