namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>What is known about one modality's feature table.</summary>
[<Sealed>]
type FeatureQuality() =

    /// <summary>The modality: "visual", "textual".</summary>
    member val Modality = "" with get, set

    /// <summary>Width of a feature vector.</summary>
    member val Dimensions = 0 with get, set

    /// <summary>Items of the data set.</summary>
    member val Items = 0 with get, set

    /// <summary>Items that have a feature vector of their own.</summary>
    member val Covered = 0 with get, set

    /// <summary>Further measured numbers by name, shown as they are.</summary>
    member val Measures: IReadOnlyDictionary<string, float> = Dictionary<string, float>() with get, set
