namespace CranePipeline.Evaluation

/// <summary>An item as a person knows it.</summary>
[<Sealed>]
type NamedItem() =

    /// <summary>Its raw id.</summary>
    member val RawId = "" with get, set

    /// <summary>Its title; null where the data set has none.</summary>
    member val Title: string | null = null with get, set
