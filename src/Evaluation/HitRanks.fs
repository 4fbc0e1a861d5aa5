namespace CranePipeline.Evaluation

open System

/// <summary>Where each positive of each scored user stands: one row a (user, item) pair of the part.</summary>
/// <param name="users">User of each row, ascending.</param>
/// <param name="items">The positive, ascending within a user.</param>
/// <param name="ranks">Its place in the user's list, from 1; 0 where the list does not hold it.</param>
[<Sealed>]
type HitRanks private (users: int[], items: int[], ranks: int[]) =

    /// <summary>User of each row, ascending.</summary>
    member _.Users = users

    /// <summary>The positive item, ascending within a user.</summary>
    member _.Items = items

    /// <summary>Its place in the user's list, from 1; 0 where the list does not hold it.</summary>
    member _.Ranks = ranks

    /// <summary>Looks every positive up in its user's list.</summary>
    static member Find(lists: RankedLists, part: EvaluationPart) =
        ArgumentNullException.ThrowIfNull(lists, nameof lists)
        ArgumentNullException.ThrowIfNull(part, nameof part)

        let count =
            lists.Users |> Array.sumBy (fun user -> part.Positives.RowColumns(user).Length)

        let users = Array.zeroCreate<int> count
        let items = Array.zeroCreate<int> count
        let ranks = Array.zeroCreate<int> count
        let mutable row = 0

        for position in 0 .. lists.Users.Length - 1 do
            let list = lists.List position

            for item in part.Positives.RowColumns lists.Users[position] do
                users[row] <- lists.Users[position]
                items[row] <- item
                ranks[row] <- list.IndexOf item + 1
                row <- row + 1

        HitRanks(users, items, ranks)
