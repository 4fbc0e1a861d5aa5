namespace CranePipeline.Evaluation

/// <summary>Somebody's ranked lists, fitted to a part, and what did not fit.</summary>
[<Sealed>]
type ScoredRankings
    internal (lists: RankedLists, rows: int64, usersFound: int, unknownUsers: int64, unknownItems: int64, maskedItems: int64) =

    /// <summary>A list for each user of the part; users without rows have an empty one and score 0.</summary>
    member _.Lists = lists

    /// <summary>Rows read.</summary>
    member _.Rows = rows

    /// <summary>Users of the part that have rows.</summary>
    member _.UsersFound = usersFound

    /// <summary>Users of the part without rows.</summary>
    member _.UsersMissing = lists.Users.Length - usersFound

    /// <summary>Rows of users that are unknown or not of the part, which were passed over.</summary>
    member _.RowsOfOtherUsers = unknownUsers

    /// <summary>Rows whose item is unknown: it keeps its place and cannot be a hit.</summary>
    member _.UnknownItems = unknownItems

    /// <summary>Rows whose item is among the user's training items: masked as everywhere, those below it move up.</summary>
    member _.MaskedItems = maskedItems
