namespace CranePipeline.Evaluation

open System.Collections.Generic

/// <summary>Metrics of one set of ranked lists.</summary>
/// <remarks>
/// Names are a metric and a cutoff, <c>recall@20</c>. In order: <c>recall</c>, <c>ndcg</c>, <c>precision</c>, <c>map</c>, <c>hit</c>,
/// <c>mrr</c>, <c>novelty</c>, <c>popularity</c> (means over users, kept for each user), then <c>coverage</c> and <c>gini</c> (of all
/// lists together). <see cref="T:CranePipeline.Evaluation.Metrics"/> has their formulas.
/// </remarks>
[<Sealed>]
type MetricTable
    internal (users: int[], cutoffs: int[], means: OrderedDictionary<string, float>, perUser: OrderedDictionary<string, float[]>)
    =

    /// <summary>The scored users, ascending.</summary>
    member _.Users = users

    /// <summary>The cutoffs K, ascending.</summary>
    member _.Cutoffs: IReadOnlyList<int> = cutoffs

    /// <summary>Every metric by name; 0 where no user is scored.</summary>
    member _.Means: IReadOnlyDictionary<string, float> = means

    /// <summary>Values of each scored user, in the order of <see cref="P:CranePipeline.Evaluation.MetricTable.Users"/>.</summary>
    member _.PerUser: IReadOnlyDictionary<string, float[]> = perUser
