namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>
/// Everything a report shows. Whatever is left empty is left out of the report, so a single run makes a report too.
/// </summary>
[<Sealed>]
type ReportInput() =

    /// <summary>Headline of the page.</summary>
    member val Title = "Evaluation" with get, set

    /// <summary>The model that is compared with all others, by its <see cref="P:CranePipeline.Evaluation.ReportRun.Model"/>.</summary>
    member val Subject = "CRANE" with get, set

    /// <summary>The metric of the headline, of the tests and of the sweeps.</summary>
    member val Metric = "recall@20" with get, set

    /// <summary>Columns of the results table.</summary>
    member val Columns: IReadOnlyList<string> = [| "recall@10"; "recall@20"; "ndcg@10"; "ndcg@20" |] with get, set

    /// <summary>Data sets, in the order in which they are shown.</summary>
    member val Datasets: IReadOnlyList<ReportDataset> = [||] with get, set

    /// <summary>Runs; models are shown in the order of their first run, the subject last.</summary>
    member val Runs: IReadOnlyList<ReportRun> = [||] with get, set

    /// <summary>Sweeps.</summary>
    member val Sweeps: IReadOnlyList<ReportSweep> = [||] with get, set

    /// <summary>Artifacts behind all of it.</summary>
    member val Artifacts: IReadOnlyList<ReportArtifact> = [||] with get, set

    /// <summary>Family-wise level at which a difference is called significant.</summary>
    member val Significance = 0.05 with get, set

    /// <summary>Seed of the t-SNE pictures.</summary>
    member val Seed = 0L with get, set

    /// <summary>A closing line: tool, version, time; shown as it is.</summary>
    member val Colophon = "" with get, set
