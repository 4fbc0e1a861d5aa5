namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

/// <summary>The settings that a model was run with on a data set, chosen on the validation part alone.</summary>
[<Sealed>]
type BenchmarkChoice() =

    /// <summary>Name of the data set.</summary>
    member val Dataset = "" with get, set

    /// <summary>The model, by its <see cref="P:CranePipeline.Evaluation.ReportRun.Model"/>.</summary>
    member val Model = "" with get, set

    /// <summary>Combinations that were tried; 0 where nothing was searched and the preset's settings stand.</summary>
    member val Trials = 0 with get, set

    /// <summary>Validation recall@20 of the best one; null where nothing was searched.</summary>
    member val ValidRecall20 = Nullable<float>() with get, set

    /// <summary>The best one's values of the searched settings.</summary>
    member val Settings: IReadOnlyDictionary<string, string> = Dictionary<string, string>() with get, set

/// <summary>A model that has no result on a data set, and why.</summary>
[<Sealed>]
type BenchmarkGap() =

    /// <summary>Name of the data set.</summary>
    member val Dataset = "" with get, set

    /// <summary>The model.</summary>
    member val Model = "" with get, set

    /// <summary>Why: it needs features that the data set lacks, its run failed, or it has not been run yet.</summary>
    member val Reason = "" with get, set

/// <summary>Everything a benchmark shows: models on data sets by one protocol.</summary>
[<Sealed>]
type BenchmarkInput() =

    /// <summary>Headline of the page.</summary>
    member val Title = "Benchmark" with get, set

    /// <summary>The command that made it.</summary>
    member val Command = "" with get, set

    /// <summary>What was the same for every model, a sentence each.</summary>
    member val Protocol: IReadOnlyList<string> = [||] with get, set

    /// <summary>The data sets, in the order in which they are shown.</summary>
    member val Datasets: IReadOnlyList<ReportDataset> = [||] with get, set

    /// <summary>The models, in the order in which they are shown.</summary>
    member val Models: IReadOnlyList<string> = [||] with get, set

    /// <summary>The matrix factorisation that gains are measured from; empty where none takes part.</summary>
    member val Baseline = "" with get, set

    /// <summary>The metric that decides which model is best, and that is tested.</summary>
    member val Metric = "recall@20" with get, set

    /// <summary>Metrics of the results table.</summary>
    member val Columns: IReadOnlyList<string> = [| "recall@10"; "recall@20"; "ndcg@10"; "ndcg@20" |] with get, set

    /// <summary>The finished runs.</summary>
    member val Runs: IReadOnlyList<ReportRun> = [||] with get, set

    /// <summary>Runs there are with all of them finished.</summary>
    member val Planned = 0 with get, set

    /// <summary>What was chosen for each model on each data set.</summary>
    member val Choices: IReadOnlyList<BenchmarkChoice> = [||] with get, set

    /// <summary>Models without a result.</summary>
    member val Gaps: IReadOnlyList<BenchmarkGap> = [||] with get, set

    /// <summary>Family-wise level at which a difference is called significant.</summary>
    member val Significance = 0.05 with get, set

    /// <summary>A closing line: tool and version; shown as it is.</summary>
    member val Colophon = "" with get, set
