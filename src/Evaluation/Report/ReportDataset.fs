namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>A data set of the report.</summary>
[<Sealed>]
type ReportDataset() =

    /// <summary>Its name, as runs and artifacts refer to it.</summary>
    member val Name = "" with get, set

    /// <summary>Users.</summary>
    member val Users = 0L with get, set

    /// <summary>Items.</summary>
    member val Items = 0L with get, set

    /// <summary>Interactions of all parts.</summary>
    member val Interactions = 0L with get, set

    /// <summary>Interactions of the training part.</summary>
    member val TrainInteractions = 0L with get, set

    /// <summary>Interactions of the validation part.</summary>
    member val ValidInteractions = 0L with get, set

    /// <summary>Interactions of the test part.</summary>
    member val TestInteractions = 0L with get, set

    /// <summary>Interactions of every user; empty where not known.</summary>
    member val UserDegrees: int[] = [||] with get, set

    /// <summary>Interactions of every item; empty where not known.</summary>
    member val ItemDegrees: int[] = [||] with get, set

    /// <summary>Feature tables, one a modality.</summary>
    member val Features: IReadOnlyList<FeatureQuality> = [||] with get, set
