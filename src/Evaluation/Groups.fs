namespace CranePipeline.Evaluation

open System
open System.Collections.Generic
open CranePipeline.Tensors

/// <summary>What the members of a group have in common.</summary>
type GroupKind =
    /// <summary>Users with so many training interactions.</summary>
    | UsersByInteractions = 0
    /// <summary>Positives on items with so many training interactions.</summary>
    | ItemsByInteractions = 1

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

/// <summary>Every metric by group of users and by group of items.</summary>
[<AbstractClass; Sealed>]
type Groups =

    /// (lower, upper) of each group; group g holds counts from its lower bound up to the next one's.
    static let ranges (edges: IReadOnlyList<int>) lowest =
        ArgumentNullException.ThrowIfNull(edges, nameof edges)

        let starts =
            Seq.append [ lowest ] edges
            |> Seq.filter (fun edge -> edge >= lowest)
            |> Seq.distinct
            |> Seq.sort
            |> Seq.toArray

        starts
        |> Array.mapi (fun i start ->
            start,
            (if i + 1 < starts.Length then
                 starts[i + 1] - 1
             else
                 Int32.MaxValue))

    static let label (lower, upper) =
        if upper = 0 then "0 (cold start)"
        elif upper = Int32.MaxValue then $"{lower} or more"
        elif lower = upper then string lower
        else $"{lower}–{upper}"

    /// <summary>
    /// Users by number of training interactions: each metric's mean over the users of the group. Groups without users are left out.
    /// </summary>
    /// <param name="metrics">Metrics of the part.</param>
    /// <param name="part">The part they were computed on.</param>
    /// <param name="edges">Where groups begin; the first begins at 1.</param>
    static member ByUserActivity
        (metrics: MetricTable, part: EvaluationPart, edges: IReadOnlyList<int>)
        : IReadOnlyList<GroupMetrics> =
        ArgumentNullException.ThrowIfNull(metrics, nameof metrics)
        ArgumentNullException.ThrowIfNull(part, nameof part)

        let counts =
            metrics.Users |> Array.map (fun user -> part.Training.RowColumns(user).Length)

        [|
            for lower, upper in ranges edges 1 do
                let chosen =
                    [|
                        for position in 0 .. counts.Length - 1 do
                            if counts[position] >= lower && counts[position] <= upper then
                                yield position
                    |]


                if chosen.Length > 0 then
                    let means = OrderedDictionary<string, float>()

                    for entry in metrics.PerUser do
                        chosen
                        |> Array.map (fun position -> entry.Value[position])
                        |> MetricKernels.mean
                        |> Option.iter (fun mean -> means[entry.Key] <- mean)

                    let positives =
                        chosen
                        |> Array.sumBy (fun position -> part.Positives.RowColumns(metrics.Users[position]).Length)

                    yield
                        GroupMetrics(
                            GroupKind.UsersByInteractions,
                            label (lower, upper),
                            lower,
                            upper,
                            chosen.Length,
                            chosen.Length,
                            positives,
                            means
                        )
        |]

    /// <summary>
    /// Items by number of training interactions, those without any first. Lists stay as they are; only positives on items of the
    /// group count, both as hits and in the denominators, and users without such a positive are left out. Groups without positives
    /// are left out.
    /// </summary>
    /// <param name="lists">The ranked lists of the part's users.</param>
    /// <param name="part">The part.</param>
    /// <param name="cutoffs">List lengths K.</param>
    /// <param name="edges">Where groups begin; the first after the cold items begins at 1.</param>
    static member ByItemPopularity
        (lists: RankedLists, part: EvaluationPart, cutoffs: IReadOnlyList<int>, edges: IReadOnlyList<int>)
        : IReadOnlyList<GroupMetrics> =
        ArgumentNullException.ThrowIfNull(lists, nameof lists)
        ArgumentNullException.ThrowIfNull(part, nameof part)
        let popularity = part.ItemPopularity

        [|
            for lower, upper in Array.append [| 0, 0 |] (ranges edges 1) do
                let belongs item =
                    popularity[item] >= lower && popularity[item] <= upper

                let positives = Groups.Restrict(part.Positives, belongs)
                let restricted = EvaluationPart.Create(part.Training, positives)

                if restricted.Users.Length > 0 then
                    let chosen = Groups.Select(lists, restricted.Users)
                    let table = Metrics.Compute(chosen, restricted, cutoffs)
                    let means = OrderedDictionary<string, float>()

                    for name in table.PerUser.Keys do
                        match table.Means.TryGetValue name with
                        | true, mean -> means[name] <- mean
                        | _ -> ()

                    let members =
                        popularity
                        |> Array.sumBy (fun count -> if count >= lower && count <= upper then 1 else 0)

                    let count =
                        restricted.Users |> Array.sumBy (fun user -> positives.RowColumns(user).Length)

                    yield
                        GroupMetrics(
                            GroupKind.ItemsByInteractions,
                            label (lower, upper),
                            lower,
                            upper,
                            members,
                            restricted.Users.Length,
                            count,
                            means
                        )
        |]

    /// The entries of a matrix whose column is wanted.
    static member private Restrict(matrix: CsrMatrix, wanted: int -> bool) =
        let offsets = Array.zeroCreate<int>(matrix.Rows + 1)
        let columns = ResizeArray<int>()

        for row in 0 .. matrix.Rows - 1 do
            for column in matrix.RowColumns row do
                if wanted column then
                    columns.Add column

            offsets[row + 1] <- columns.Count

        CsrMatrix(matrix.Rows, matrix.Columns, offsets, columns.ToArray(), Array.zeroCreate<float32> columns.Count)

    /// The lists of some of the users, who ascend in both.
    static member private Select(lists: RankedLists, users: int[]) =
        let items = Array.zeroCreate<int>(users.Length * lists.K)
        let mutable from = 0

        for position in 0 .. users.Length - 1 do
            while lists.Users[from] <> users[position] do
                from <- from + 1

            Array.Copy(lists.Items, from * lists.K, items, position * lists.K, lists.K)

        RankedLists(users, lists.K, items)
