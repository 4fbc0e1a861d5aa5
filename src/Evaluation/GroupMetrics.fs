namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>Metrics of one group of users or items.</summary>
[<Sealed>]
type GroupMetrics
    internal
    (
        kind: GroupKind,
        label: string,
        lower: int,
        upper: int,
        members: int,
        users: int,
        positives: int,
        means: IReadOnlyDictionary<string, float>
    ) =

    /// <summary>What the members have in common.</summary>
    member _.Kind = kind

    /// <summary>The range in words: "5–9", "50 or more", "0 (cold start)".</summary>
    member _.Label = label

    /// <summary>Fewest training interactions of a member.</summary>
    member _.Lower = lower

    /// <summary>Most training interactions of a member; <see cref="F:System.Int32.MaxValue"/> where there is no bound.</summary>
    member _.Upper = upper

    /// <summary>Users (of the scored ones) or items (of the data set) in the group.</summary>
    member _.Members = members

    /// <summary>Users over whom the metrics are means.</summary>
    member _.Users = users

    /// <summary>Interactions of the part that belong to the group.</summary>
    member _.Positives = positives

    /// <summary>Metrics by name, <c>recall@20</c>; those with a value for each user.</summary>
    member _.Means = means
