namespace CranePipeline.Evaluation

open System

/// <summary>A neighbour of an item.</summary>
[<Sealed>]
type SimilarItem() =

    /// <summary>The neighbour.</summary>
    member val Item = NamedItem() with get, set

    /// <summary>Its cosine; null where an imported list does not give it.</summary>
    member val Similarity = Nullable<float>() with get, set
