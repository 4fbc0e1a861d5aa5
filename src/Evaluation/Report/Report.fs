namespace CranePipeline.Evaluation

open System

/// <summary>Writes reports. A report is a pure function of its input: the same input, the same bytes.</summary>
[<AbstractClass; Sealed>]
type Report =

    /// <summary>The report as Markdown (GitHub's tables), ended by a line feed.</summary>
    static member Markdown(input: ReportInput) =
        ArgumentNullException.ThrowIfNull(input, nameof input)
        Markdown.render input
