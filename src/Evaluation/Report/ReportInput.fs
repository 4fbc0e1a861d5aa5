namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

/// <summary>One run of a sweep.</summary>
[<Sealed>]
type SweepCell() =

    /// <summary>What the variant is called; where empty, its settings are shown instead.</summary>
    member val Label = "" with get, set

    /// <summary>Values of the swept settings, as the configuration writes them.</summary>
    member val Settings: IReadOnlyDictionary<string, string> = Dictionary<string, string>() with get, set

    /// <summary>Test metrics by name.</summary>
    member val Metrics: IReadOnlyDictionary<string, float> = Dictionary<string, float>() with get, set

    /// <summary>Key of the <c>evaluate</c> artifact.</summary>
    member val ArtifactKey = "" with get, set

/// <summary>
/// A grid of runs. Two settings with several values each are drawn as a heat map, one as a line, named variants as a table with bars.
/// </summary>
[<Sealed>]
type ReportSweep() =

    /// <summary>Its name: "ablation", "layers".</summary>
    member val Name = "" with get, set

    /// <summary>Name of the data set.</summary>
    member val Dataset = "" with get, set

    /// <summary>Runs there would be with all of the grid finished; 0 where not known.</summary>
    member val Planned = 0 with get, set

    /// <summary>The finished runs, in the grid's order.</summary>
    member val Cells: IReadOnlyList<SweepCell> = [||] with get, set

/// <summary>An artifact that something in the report came from.</summary>
[<Sealed>]
type ReportArtifact() =

    /// <summary>Name of the data set.</summary>
    member val Dataset = "" with get, set

    /// <summary>The stage that made it.</summary>
    member val Stage = "" with get, set

    /// <summary>Its key.</summary>
    member val Key = "" with get, set

    /// <summary>Seconds it took to make; null where not known.</summary>
    member val Seconds = Nullable<float>() with get, set

    /// <summary>When it was finished; shown as it is.</summary>
    member val Finished = "" with get, set

    /// <summary>Keys of the artifacts, or hashes of the raw files, it was made from.</summary>
    member val Inputs: IReadOnlyList<string> = [||] with get, set

    /// <summary>Every setting the stage read.</summary>
    member val Settings: IReadOnlyDictionary<string, string> = Dictionary<string, string>() with get, set

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
