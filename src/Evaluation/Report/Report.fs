namespace CranePipeline.Evaluation

open System

/// <summary>Writes reports. A report is a pure function of its input: the same input, the same bytes.</summary>
[<AbstractClass; Sealed>]
type Report =

    /// <summary>The report as Markdown (GitHub's tables), ended by a line feed.</summary>
    static member Markdown(input: ReportInput) =
        ArgumentNullException.ThrowIfNull(input, nameof input)
        Markdown.render input

    /// <summary>
    /// The report as one HTML page that loads nothing: tables, charts as inline SVG, light and dark, for screens, phones and paper.
    /// </summary>
    static member Html(input: ReportInput) =
        ArgumentNullException.ThrowIfNull(input, nameof input)
        Html.render input
