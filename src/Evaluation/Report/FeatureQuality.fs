namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

/// <summary>What is known about one modality's feature table and its candidates.</summary>
[<Sealed>]
type FeatureQuality() =

    /// <summary>The modality: "visual", "textual".</summary>
    member val Modality = "" with get, set

    /// <summary>Where the vectors come from, in words; empty where not known.</summary>
    member val Origin = "" with get, set

    /// <summary>Width of a feature vector.</summary>
    member val Dimensions = 0 with get, set

    /// <summary>Items of the data set.</summary>
    member val Items = 0 with get, set

    /// <summary>Items that have a feature vector of their own.</summary>
    member val Covered = 0 with get, set

    /// <summary>Items whose own vector equals another item's, bit for bit; null where not counted.</summary>
    member val Duplicates = Nullable<int>() with get, set

    /// <summary>Items whose own vector is all zeros; null where not counted.</summary>
    member val ZeroVectors = Nullable<int>() with get, set

    /// <summary>Share of the variance kept by a reduction, 0 to 1; null where nothing was dropped.</summary>
    member val ExplainedVariance = Nullable<float>() with get, set

    /// <summary>Standard deviation of the dimensions: the least, the median and the greatest; null where not measured.</summary>
    member val Spread: IReadOnlyList<float> | null = null with get, set

    /// <summary>(Σ variance)² ÷ Σ variance² over the dimensions: near 1, one of them drowns the others; null where not measured.</summary>
    member val EffectiveDimensions = Nullable<float>() with get, set

    /// <summary>Cosine of the nearest item: the 5, 25, 50, 75 and 95 % quantiles over items; null where not known.</summary>
    member val NearestSimilarity: IReadOnlyList<float> | null = null with get, set

    /// <summary>Further measured numbers by name, shown as they are.</summary>
    member val Measures: IReadOnlyDictionary<string, float> = Dictionary<string, float>() with get, set

    /// <summary>Items with their nearest items.</summary>
    member val Examples: IReadOnlyList<NeighbourExample> = [||] with get, set
