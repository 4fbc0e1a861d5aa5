namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

/// <summary>One epoch of a run's history.</summary>
[<Sealed>]
type EpochPoint() =

    /// <summary>The epoch, from 0 or 1 as the trainer counts.</summary>
    member val Epoch = 0 with get, set

    /// <summary>Seconds since training began, at the end of this epoch.</summary>
    member val Seconds = 0.0 with get, set

    /// <summary>Mean loss of the epoch.</summary>
    member val Loss = nan with get, set

    /// <summary>The loss's parts by name (BPR, contrastive, regularisation).</summary>
    member val LossParts: IReadOnlyDictionary<string, float> = Dictionary<string, float>() with get, set

    /// <summary>Validation NDCG@20; null where the epoch was not validated.</summary>
    member val ValidNdcg20 = Nullable<float>() with get, set

/// <summary>One trained and evaluated model: a model on a data set with a seed.</summary>
[<Sealed>]
type ReportRun() =

    /// <summary>Name of the data set.</summary>
    member val Dataset = "" with get, set

    /// <summary>Name of the model, the same for all its seeds: "CRANE", "LightGCN", "CRANE without item graph".</summary>
    member val Model = "" with get, set

    /// <summary>Whether it is a variant of the subject (an ablation) rather than a competitor; shown in a table of its own.</summary>
    member val Ablation = false with get, set

    /// <summary>Its seed.</summary>
    member val Seed = 0L with get, set

    /// <summary>Test metrics by name, <c>recall@20</c>; none where nobody could be scored.</summary>
    member val Metrics: IReadOnlyDictionary<string, float> = Dictionary<string, float>() with get, set

    /// <summary>Why nobody could be scored; null where somebody was.</summary>
    member val NobodyBecause: string | null = null with get, set

    /// <summary>The scored users, ascending; empty where values of each user are not at hand.</summary>
    member val Users: int[] = [||] with get, set

    /// <summary>Values of each of those users by metric name.</summary>
    member val PerUser: IReadOnlyDictionary<string, float[]> = Dictionary<string, float[]>() with get, set

    /// <summary>Metrics by group of users and items.</summary>
    member val Groups: IReadOnlyList<GroupMetrics> = [||] with get, set

    /// <summary>Epoch by epoch, in order.</summary>
    member val History: IReadOnlyList<EpochPoint> = [||] with get, set

    /// <summary>The epoch whose model was kept; null where not known.</summary>
    member val BestEpoch = Nullable<int>() with get, set

    /// <summary>Median seconds an epoch of training; null where not measured.</summary>
    member val EpochSeconds = Nullable<float>() with get, set

    /// <summary>Median seconds a validation; null where not measured.</summary>
    member val ValidSeconds = Nullable<float>() with get, set

    /// <summary>Seconds of the whole training; null where not measured.</summary>
    member val TrainSeconds = Nullable<float>() with get, set

    /// <summary>Peak memory of training in MB; null where not measured.</summary>
    member val PeakMemoryMB = Nullable<float>() with get, set

    /// <summary>Numbers that training adjusts; null where not counted.</summary>
    member val Parameters = Nullable<int64>() with get, set

    /// <summary>Where it was trained: "cpu", "cuda".</summary>
    member val Device = "" with get, set

    /// <summary>Key of the <c>evaluate</c> artifact, which the lineage section traces to raw files.</summary>
    member val ArtifactKey = "" with get, set

    /// <summary>Embeddings to picture; null for none.</summary>
    member val Embedding: EmbeddingSample | null = null with get, set
