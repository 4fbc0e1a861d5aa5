namespace CranePipeline.Evaluation

open System
open System.Collections.Generic

/// <summary>An artifact that something in the report came from.</summary>
[<Sealed>]
type ReportArtifact() =

    /// <summary>Name of the data set.</summary>
    member val Dataset = "" with get, set

    /// <summary>The stage that made it.</summary>
    member val Stage = "" with get, set

    /// <summary>Its key.</summary>
    member val Key = "" with get, set

    /// <summary>Seconds it took to make; null where not known.</summary>
    member val Seconds = Nullable<float>() with get, set

    /// <summary>When it was finished; shown as it is.</summary>
    member val Finished = "" with get, set

    /// <summary>Keys of the artifacts, or hashes of the raw files, it was made from.</summary>
    member val Inputs: IReadOnlyList<string> = [||] with get, set

    /// <summary>Every setting the stage read.</summary>
    member val Settings: IReadOnlyDictionary<string, string> = Dictionary<string, string>() with get, set
