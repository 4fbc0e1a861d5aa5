namespace CranePipeline.Evaluation

open System

/// <summary>Writes benchmarks. A benchmark is a pure function of its input: the same input, the same bytes.</summary>
[<AbstractClass; Sealed>]
type Benchmark =

    /// <summary>The benchmark as Markdown (GitHub's tables), ended by a line feed.</summary>
    static member Markdown(input: BenchmarkInput) =
        ArgumentNullException.ThrowIfNull(input, nameof input)
        BenchmarkMarkdown.render input

    /// <summary>The benchmark as one HTML page that loads nothing.</summary>
    static member Html(input: BenchmarkInput) =
        ArgumentNullException.ThrowIfNull(input, nameof input)
        BenchmarkPage.render input
