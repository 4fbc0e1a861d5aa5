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
