namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>An item with its nearest items in one modality, for a person to judge.</summary>
[<Sealed>]
type NeighbourExample() =

    /// <summary>The item.</summary>
    member val Item = NamedItem() with get, set

    /// <summary>Its nearest items, most similar first.</summary>
    member val Neighbours: IReadOnlyList<SimilarItem> = [||] with get, set
