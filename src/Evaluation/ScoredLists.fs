namespace CranePipeline.Evaluation

/// <summary>Ranked items with their scores, for people who want the recommendations themselves.</summary>
/// <param name="lists">The items.</param>
/// <param name="scores"><c>[users × K]</c>, the inner products; −∞ where a place is empty.</param>
[<Sealed>]
type ScoredLists internal (lists: RankedLists, scores: float32[]) =

    /// <summary>The ranked items.</summary>
    member _.Lists = lists

    /// <summary><c>[users × K]</c>, the inner products, row after row; −∞ where a place is empty.</summary>
    member _.Scores = scores
