namespace CranePipeline.Evaluation

open System
open System.Collections.Generic
open System.ComponentModel.DataAnnotations

/// <summary>Settings of the <c>evaluate</c> stage.</summary>
[<Sealed>]
type EvaluateOptions() =

    static let longest = 10000

    /// <summary>List lengths K at which every metric is computed, each from 1 to 10,000.</summary>
    member val Cutoffs: IReadOnlyList<int> = [| 5; 10; 20; 50 |] with get, set

    /// <summary>Items kept for each user in the recommendations.</summary>
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

    /// <summary>Places that ranked lists need for both the recommendations and the largest cutoff: no more than there are items.</summary>
    /// <param name="itemCount">Items of the data set.</param>
    member options.ListLength(itemCount: int) =
        Seq.fold max options.TopK options.Cutoffs |> min itemCount |> max 1

    /// <summary>The cutoffs at which no more can be found than at the number of items, ascending.</summary>
    /// <param name="itemCount">Items of the data set.</param>
    member options.CutoffsAbove(itemCount: int) : IReadOnlyList<int> =
        [|
            for cutoff in options.Cutoffs |> Seq.distinct |> Seq.sort do
                if cutoff > itemCount then
                    yield cutoff
        |]

    /// <summary>The cutoff of headlines and tests: the field's 20, or the largest where that is not among them.</summary>
    member options.HeadlineCutoff() =
        if Seq.contains 20 options.Cutoffs then
            20
        else
            Seq.max options.Cutoffs

    interface IValidatableObject with
        member options.Validate _ =
            [
                if options.Cutoffs.Count = 0 then
                    yield ValidationResult("must have at least one list length", [| nameof options.Cutoffs |])

                for cutoff in options.Cutoffs do
                    if cutoff < 1 || cutoff > longest then
                        yield
                            ValidationResult(
                                $"must be list lengths from 1 to {longest}, not {cutoff}",
                                [| nameof options.Cutoffs |]
                            )
            ]
