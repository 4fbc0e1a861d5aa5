namespace CranePipeline.Evaluation

open System
open CranePipeline.Tensors

/// <summary>Final embeddings of a few users and of items they interacted with, for the t-SNE picture.</summary>
[<Sealed>]
type EmbeddingSample() =

    /// <summary>The points, <c>[points × d]</c>.</summary>
    member val Points = Matrix(0, 0) with get, set

    /// <summary>Which of the sampled users a point belongs to, from 0.</summary>
    member val Groups: int[] = [||] with get, set

    /// <summary>Whether a point is the user rather than an item.</summary>
    member val IsUser: bool[] = [||] with get, set

    /// <summary>What a point is called when it is pointed at.</summary>
    member val Labels: string[] = [||] with get, set

    /// <summary>Draws users who have enough items, and some of their items, evenly by seed.</summary>
    /// <param name="users">User embeddings, <c>[users × d]</c>.</param>
    /// <param name="items">Item embeddings, <c>[items × d]</c>.</param>
    /// <param name="interactions">Whose items are shown, <c>[users × items]</c>.</param>
    /// <param name="userCount">Users drawn (eight in the paper's figure 6).</param>
    /// <param name="itemsPerUser">Most items shown for a user.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="T:System.ArgumentException">The shapes do not fit each other.</exception>
    static member Draw(users: Matrix, items: Matrix, interactions: CsrMatrix, userCount: int, itemsPerUser: int, seed: int64) =
        ArgumentNullException.ThrowIfNull(users, nameof users)
        ArgumentNullException.ThrowIfNull(items, nameof items)
        ArgumentNullException.ThrowIfNull(interactions, nameof interactions)

        if
            users.Rows <> interactions.Rows
            || items.Rows <> interactions.Columns
            || users.Columns <> items.Columns
        then
            raise (
                ArgumentException
                    $"Embeddings [{users.Rows} × {users.Columns}] and [{items.Rows} × {items.Columns}] do not fit interactions [{interactions.Rows} × {interactions.Columns}]."
            )

        // Among the users with the most items to show, so that clusters can be seen at all; the draw is even among them.
        let degree user = interactions.RowColumns(user).Length

        let wanted =
            min
                itemsPerUser
                (Seq.init interactions.Rows degree
                 |> Seq.sortDescending
                 |> Seq.truncate (4 * userCount)
                 |> Seq.fold min Int32.MaxValue)

        let eligible =
            [|
                for user in 0 .. interactions.Rows - 1 do
                    if degree user >= max 1 wanted then
                        yield user
            |]

        let mutable stream = RandomStream(seed, "embedding sample")
        stream.Shuffle(Span<int> eligible)
        let chosen = eligible |> Array.truncate userCount |> Array.sort
        let points = ResizeArray<float32[]>()
        let groups = ResizeArray<int>()
        let isUser = ResizeArray<bool>()
        let labels = ResizeArray<string>()

        for group in 0 .. chosen.Length - 1 do
            let user = chosen[group]
            points.Add(users.Row(user).ToArray())
            groups.Add group
            isUser.Add true
            labels.Add $"user {user}"
            let own = interactions.RowColumns(user).ToArray()
            stream.Shuffle(Span<int> own)

            for item in own |> Array.truncate itemsPerUser |> Array.sort do
                points.Add(items.Row(item).ToArray())
                groups.Add group
                isUser.Add false
                labels.Add $"item {item} of user {user}"

        EmbeddingSample(
            Points = Matrix(points.Count, users.Columns, Array.concat points),
            Groups = groups.ToArray(),
            IsUser = isUser.ToArray(),
            Labels = labels.ToArray()
        )
