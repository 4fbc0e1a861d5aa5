/// Pages that need nothing else, and the report as one.
module internal CranePipeline.Evaluation.Html

open System
open System.IO
open System.Text.RegularExpressions
open Markup

let private resource (name: string) =
    match typeof<ReportInput>.Assembly.GetManifestResourceStream name with
    | null -> invalidOp $"The assembly lacks its resource {name}."
    | stream ->
        use reader = new StreamReader(stream)
        reader.ReadToEnd().ReplaceLineEndings "\n"

let private contents (sections: string list) =
    let links =
        [
            for part in sections do
                let heading =
                    Regex.Match(part, "<section id=\"([^\"]+)\"[^>]*><h2[^>]*>([^<]+)</h2>")

                if heading.Success then
                    yield element "a" [ "href", "#" + heading.Groups[1].Value ] [ heading.Groups[2].Value ]
        ]

    if links.Length < 2 then
        ""
    else
        element "nav" [ "aria-label", "Contents" ] links

/// A whole page: its title, what stands above the contents, its sections (empty ones are left out), and its last line.
let page (title: string) (opening: string list) (sections: string list) (colophon: string) =
    let sections = sections |> List.filter (fun part -> part <> "")

    // The policy forbids every request, so a page cannot tell anybody that it was opened.
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

    String.Concat
        [
            "<!DOCTYPE html>\n"
            element
                "html"
                [ "lang", "en" ]
                [
                    element
                        "head"
                        []
                        [
                            "<meta charset=\"utf-8\">"
                            $"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">"
                            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                            "<meta name=\"color-scheme\" content=\"light dark\">"
                            "<link rel=\"icon\" href=\"data:,\">"
                            element "title" [] [ text title ]
                            "<style>\n" + resource "report.css" + "</style>"
                        ]
                    element
                        "body"
                        []
                        [
                            element "header" [] [ element "h1" [] [ text title ]; String.Concat opening; contents sections ]
                            "\n"
                            element
                                "main"
                                []
                                [
                                    (if sections.IsEmpty then
                                         paragraph "There is nothing to show yet."
                                     else
                                         String.Join("\n", sections))
                                ]
                            "\n"
                            (if colophon = "" then
                                 ""
                             else
                                 element "footer" [] [ text colophon ])
                            "<div id=\"tip\" role=\"status\" hidden></div>"
                            "<script>\n" + resource "report.js" + "</script>"
                        ]
                ]
            "\n"
        ]

/// The whole report.
let render (input: ReportInput) =
    let colour = Results.colours input

    page
        input.Title
        [ HeadlineSection.headline input ]
        [
            ResultsSection.results input colour
            ComparisonSections.significance input colour
            GroupSection.groups input colour
            ComparisonSections.ablations input colour
            SweepSection.sensitivity input
            RunSections.convergence input colour
            RunSections.time input colour
            DataSections.embeddings input
            DataSections.data input
            FeatureSection.features input
            RunSections.lineage input
        ]
        input.Colophon
