namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

/// <summary>An item as a person knows it.</summary>
[<Sealed>]
type NamedItem() =

    /// <summary>Its raw id.</summary>
    member val RawId = "" with get, set

    /// <summary>Its title; null where the data set has none.</summary>
    member val Title: string | null = null with get, set

/// <summary>A neighbour of an item.</summary>
[<Sealed>]
type SimilarItem() =

    /// <summary>The neighbour.</summary>
    member val Item = NamedItem() with get, set

    /// <summary>Its cosine; null where an imported list does not give it.</summary>
    member val Similarity = Nullable<float>() with get, set

/// <summary>An item with its nearest items in one modality, for a person to judge.</summary>
[<Sealed>]
type NeighbourExample() =

    /// <summary>The item.</summary>
    member val Item = NamedItem() with get, set

    /// <summary>Its nearest items, most similar first.</summary>
    member val Neighbours: IReadOnlyList<SimilarItem> = [||] with get, set

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

/// <summary>Something that a stage left out of the data, and why.</summary>
[<Sealed>]
type DroppedData() =

    /// <summary>Why, in words: "rating out of range", "repeated pair".</summary>
    member val Reason = "" with get, set

    /// <summary>How many lines, rows, columns, labels, times or items, as the reason says.</summary>
    member val Count = 0L with get, set

    /// <summary>One of them, with its place where it has one; empty where none is kept.</summary>
    member val Example = "" with get, set

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

    /// <summary>What was left out of it, by reason.</summary>
    member val Dropped: IReadOnlyList<DroppedData> = [||] with get, set

    /// <summary>
    /// What a reader of its figures must know: "a list holds all 40 items at cut-off 50"; each a sentence without its full stop.
    /// </summary>
    member val Notes: IReadOnlyList<string> = [||] with get, set

    /// <summary>Feature tables, one a modality.</summary>
    member val Features: IReadOnlyList<FeatureQuality> = [||] with get, set
