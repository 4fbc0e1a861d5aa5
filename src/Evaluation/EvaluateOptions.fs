namespace CranePipeline.Evaluation

open System.Collections.Generic
open System.ComponentModel.DataAnnotations

/// <summary>Settings of the <c>evaluate</c> stage.</summary>
[<Sealed>]
type EvaluateOptions() =

    /// <summary>List lengths K at which every metric is computed.</summary>
    member val Cutoffs: IReadOnlyList<int> = [| 5; 10; 20; 50 |] with get, set

    /// <summary>Items kept for each user in the recommendations; at least the largest cutoff.</summary>
    [<Range(1, 10000)>]
    member val TopK = 50 with get, set

    /// <summary>
    /// Where user groups begin, in training interactions: 5, 10, 20 makes the groups 1–4, 5–9, 10–19 and 20 or more.
    /// </summary>
    member val UserGroupEdges: IReadOnlyList<int> = [| 5; 10; 20; 50 |] with get, set

    /// <summary>
    /// Where item groups begin, in training interactions. Items without any are always a group of their own (cold start).
    /// </summary>
    member val ItemGroupEdges: IReadOnlyList<int> = [| 5; 10; 20; 50 |] with get, set

    /// <summary>Places that ranked lists need for both the recommendations and the largest cutoff.</summary>
    member options.ListLength = Seq.fold max options.TopK options.Cutoffs
