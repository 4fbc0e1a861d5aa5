namespace CranePipeline.Evaluation

open System

/// <summary>Ranked items of some users: what every metric is computed from.</summary>
/// <param name="users">The users, ascending.</param>
/// <param name="k">Places in each list.</param>
/// <param name="items">
/// <c>[users × k]</c>, best first, row after row; a place that nobody holds, or that an item unknown to the data set holds, is −1.
/// </param>
/// <exception cref="T:System.ArgumentException">The arrays do not fit each other.</exception>
[<Sealed>]
type RankedLists(users: int[], k: int, items: int[]) =
    do
        ArgumentNullException.ThrowIfNull(users, nameof users)
        ArgumentNullException.ThrowIfNull(items, nameof items)
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k, nameof k)

        if items.LongLength <> users.LongLength * int64 k then
            raise (
                ArgumentException
                    $"{users.Length} lists of {k} places need {users.LongLength * int64 k} items, not {items.Length}."
            )

    /// <summary>The users whose lists these are, ascending.</summary>
    member _.Users = users

    /// <summary>Places in each list.</summary>
    member _.K = k

    /// <summary><c>[users × K]</c>, best first, row after row; −1 where a place is empty.</summary>
    member _.Items = items

    /// <summary>One user's list, by position in <see cref="P:CranePipeline.Evaluation.RankedLists.Users"/>, without copying.</summary>
    member _.List(position: int) =
        ReadOnlySpan<int>(items, position * k, k)

/// <summary>Ranked items with their scores, for people who want the recommendations themselves.</summary>
/// <param name="lists">The items.</param>
/// <param name="scores"><c>[users × K]</c>, the inner products; −∞ where a place is empty.</param>
[<Sealed>]
type ScoredLists internal (lists: RankedLists, scores: float32[]) =

    /// <summary>The ranked items.</summary>
    member _.Lists = lists

    /// <summary><c>[users × K]</c>, the inner products, row after row; −∞ where a place is empty.</summary>
    member _.Scores = scores
