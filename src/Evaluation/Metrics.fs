namespace CranePipeline.Evaluation

open System
open System.Collections.Generic
open System.Threading.Tasks

/// <summary>Metrics of one set of ranked lists.</summary>
/// <remarks>
/// Names are a metric and a cutoff, <c>recall@20</c>. In order: <c>recall</c>, <c>ndcg</c>, <c>precision</c>, <c>map</c>, <c>hit</c>,
/// <c>mrr</c>, <c>novelty</c>, <c>popularity</c> (means over users, kept for each user), then <c>coverage</c> and <c>gini</c> (of all
/// lists together). <see cref="T:CranePipeline.Evaluation.Metrics"/> has their formulas.
/// </remarks>
[<Sealed>]
type MetricTable
    internal
    (
        users: int[],
        cutoffs: int[],
        names: string[],
        means: OrderedDictionary<string, float>,
        perUser: OrderedDictionary<string, float[]>
    ) =

    /// <summary>The scored users, ascending.</summary>
    member _.Users = users

    /// <summary>The cutoffs K, ascending.</summary>
    member _.Cutoffs: IReadOnlyList<int> = cutoffs

    /// <summary>Every metric at every cutoff, whether it has a value or not.</summary>
    member _.Names: IReadOnlyList<string> = names

    /// <summary>The metrics that have a value, by name: none where no user is scored, none of novelty where every list is empty.</summary>
    member _.Means: IReadOnlyDictionary<string, float> = means

    /// <summary>
    /// Values of each scored user, in the order of <see cref="P:CranePipeline.Evaluation.MetricTable.Users"/>; NaN where a user has none.
    /// </summary>
    member _.PerUser: IReadOnlyDictionary<string, float[]> = perUser

/// <summary>
/// Ranking metrics from top-K lists, in one pass and without a users × items matrix.
/// </summary>
/// <remarks>
/// <para>
/// The first four are defined as in the MMRec toolbox (<c>utils/metrics.py</c>), whose values they reproduce. For a user u with
/// positives P_u, and rel_i = 1 where place i holds a positive, hits_K = Σ_{i≤K} rel_i:
/// </para>
/// <para>recall@K = hits_K / |P_u|.</para>
/// <para>ndcg@K = Σ_{i≤K} rel_i / log₂(i+1), divided by Σ_{i≤min(K,|P_u|)} 1 / log₂(i+1) (Järvelin and Kekäläinen, 2002, binary
/// gains).</para>
/// <para>precision@K = hits_K / K, also where a list is shorter than K, as all are where K exceeds the number of items.</para>
/// <para>map@K: Σ_{i≤K} rel_i · hits_i / i, divided by min(K, |P_u|).</para>
/// <para>hit@K = 1 where hits_K > 0. mrr@K = 1 / place of the first positive within K, else 0 (Voorhees, 1999).</para>
/// <para>
/// novelty@K: mean over the places held of log₂(users with training interactions / training interactions of the item), the
/// self-information of Zhou et al. (2010); an item that training never saw counts as seen once. popularity@K: mean number of
/// training interactions of the items held.
/// </para>
/// <para>Those eight are means over users. Over all lists together:</para>
/// <para>coverage@K: share of the data set's items that stand in some list.</para>
/// <para>
/// gini@K: Gini index of how often each item is recommended, Σ_i (2i − n − 1) c_i / (n Σ c) with counts c ascending over all n items
/// (0 all alike, 1 one item takes all).
/// </para>
/// </remarks>
[<AbstractClass; Sealed>]
type Metrics =

    /// <summary>Metrics with a value for each user, in the order in which tables show them.</summary>
    static member val PerUserMetrics: IReadOnlyList<string> =
        [|
            "recall"
            "ndcg"
            "precision"
            "map"
            "hit"
            "mrr"
            "novelty"
            "popularity"
        |]

    /// <summary>Metrics of all lists together.</summary>
    static member val ListMetrics: IReadOnlyList<string> = [| "coverage"; "gini" |]

    /// <summary>Computes every metric at every cutoff, on all processors; the values do not depend on their number.</summary>
    /// <param name="lists">Ranked lists of exactly the part's users.</param>
    /// <param name="part">Positives and training interactions.</param>
    /// <param name="cutoffs">
    /// List lengths K, none above the lists' own unless those have a place for every item; order and repeats do not matter.
    /// </param>
    /// <exception cref="T:System.ArgumentException">The lists are of other users, or too short for a cutoff.</exception>
    static member Compute(lists: RankedLists, part: EvaluationPart, cutoffs: IReadOnlyList<int>) =
        ArgumentNullException.ThrowIfNull(lists, nameof lists)
        ArgumentNullException.ThrowIfNull(part, nameof part)
        ArgumentNullException.ThrowIfNull(cutoffs, nameof cutoffs)
        let cutoffs = cutoffs |> Seq.distinct |> Seq.sort |> Seq.toArray

        if
            cutoffs.Length = 0
            || cutoffs[0] < 1
            || (cutoffs[cutoffs.Length - 1] > lists.K && lists.K < part.ItemCount)
        then
            let shown = String.Join(", ", cutoffs)
            raise (ArgumentException $"Cutoffs ({shown}) must lie between 1 and the length of the lists ({lists.K}).")

        if not (lists.Users.AsSpan().SequenceEqual(part.Users)) then
            raise (ArgumentException "The ranked lists are not of exactly the users of the part.")

        let users = lists.Users
        let longest = cutoffs[cutoffs.Length - 1]
        let popularity = part.ItemPopularity
        let information = MetricKernels.selfInformation popularity part.Training
        let discounts, ideal = MetricKernels.discounts longest

        let values =
            Array.init (Metrics.PerUserMetrics.Count * cutoffs.Length) (fun _ -> Array.zeroCreate<float> users.Length)

        let chunk = 512

        Parallel.For(
            0,
            (users.Length + chunk - 1) / chunk,
            fun number ->
                for position in number * chunk .. min users.Length ((number + 1) * chunk) - 1 do
                    MetricKernels.score lists part cutoffs popularity information discounts ideal values position
        )
        |> ignore

        let names = ResizeArray<string>()
        let means = OrderedDictionary<string, float>()
        let perUser = OrderedDictionary<string, float[]>()

        let add name value =
            names.Add name
            Option.iter (fun mean -> means[name] <- mean) value

        for metric in 0 .. Metrics.PerUserMetrics.Count - 1 do
            for cutoff in 0 .. cutoffs.Length - 1 do
                let name = $"{Metrics.PerUserMetrics[metric]}@{cutoffs[cutoff]}"
                let column = values[metric * cutoffs.Length + cutoff]
                perUser[name] <- column
                add name (MetricKernels.mean column)

        let concentration = MetricKernels.concentration lists cutoffs part.ItemCount

        for metric in 0 .. Metrics.ListMetrics.Count - 1 do
            for cutoff in 0 .. cutoffs.Length - 1 do
                let coverage, gini = concentration[cutoff]
                add $"{Metrics.ListMetrics[metric]}@{cutoffs[cutoff]}" (if metric = 0 then coverage else gini)

        MetricTable(users, cutoffs, names.ToArray(), means, perUser)
