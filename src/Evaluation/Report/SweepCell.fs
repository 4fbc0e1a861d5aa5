namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>One run of a sweep.</summary>
[<Sealed>]
type SweepCell() =

    /// <summary>What the variant is called; where empty, its settings are shown instead.</summary>
    member val Label = "" with get, set

    /// <summary>Values of the swept settings, as the configuration writes them.</summary>
    member val Settings: IReadOnlyDictionary<string, string> = Dictionary<string, string>() with get, set

    /// <summary>Test metrics by name.</summary>
    member val Metrics: IReadOnlyDictionary<string, float> = Dictionary<string, float>() with get, set

    /// <summary>Key of the <c>evaluate</c> artifact.</summary>
    member val ArtifactKey = "" with get, set
