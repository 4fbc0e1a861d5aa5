namespace CranePipeline.Evaluation

open System
open System.Threading
open CranePipeline.Tables
open CranePipeline.Tensors

/// <summary>Ranks all items for users.</summary>
[<AbstractClass; Sealed>]
type Ranking =

    static let batch = 8192

    static let rank
        (engine: IEngine)
        (userEmbeddings: Matrix)
        (itemEmbeddings: Matrix)
        (users: int[])
        (excluded: CsrMatrix)
        k
        (progress: IProgress<WorkProgress> | null)
        (cancellation: CancellationToken)
        (store: int -> TopItems -> unit)
        =
        if userEmbeddings.Columns <> itemEmbeddings.Columns then
            raise (
                ArgumentException
                    $"User embeddings are {userEmbeddings.Columns} wide and item embeddings {itemEmbeddings.Columns}; they must be equally wide."
            )

        let width = userEmbeddings.Columns
        use items = engine.Constant itemEmbeddings
        let mutable first = 0

        while first < users.Length do
            cancellation.ThrowIfCancellationRequested()
            let count = min batch (users.Length - first)
            let rows = Array.zeroCreate<float32>(count * width)

            for row in 0 .. count - 1 do
                userEmbeddings.Row(users[first + row]).CopyTo(Span<float32>(rows, row * width, width))

            use queries = engine.Constant(Matrix(count, width, rows))
            store first (engine.TopItems(queries, items, k, excluded, first))
            first <- first + count

            match progress with
            | null -> ()
            | progress -> progress.Report(WorkProgress("ranking items", "users", int64 first, int64 users.Length))

    static let fits (userEmbeddings: Matrix) (itemEmbeddings: Matrix) (interactions: CsrMatrix) =
        ArgumentNullException.ThrowIfNull(userEmbeddings, nameof userEmbeddings)
        ArgumentNullException.ThrowIfNull(itemEmbeddings, nameof itemEmbeddings)

        if
            userEmbeddings.Rows <> interactions.Rows
            || itemEmbeddings.Rows <> interactions.Columns
        then
            raise (
                ArgumentException
                    $"Embeddings of {userEmbeddings.Rows} users and {itemEmbeddings.Rows} items do not fit a data set of {interactions.Rows} users and {interactions.Columns} items."
            )

    /// <summary>
    /// For each user of the part the <paramref name="k"/> items with the largest inner products, training items left out, equal scores by
    /// item number. Users are scored in batches, so that no users × items matrix exists.
    /// </summary>
    /// <param name="engine">Where the products are computed.</param>
    /// <param name="userEmbeddings">Final user embeddings, <c>[all users × d]</c>.</param>
    /// <param name="itemEmbeddings">Final item embeddings, <c>[items × d]</c>.</param>
    /// <param name="part">Who is scored and what is masked.</param>
    /// <param name="k">Places in each list.</param>
    /// <param name="progress">Told of every finished batch; may be null.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <exception cref="T:System.ArgumentException">The embeddings do not fit the part or each other.</exception>
    static member TopItems
        (
            engine: IEngine,
            userEmbeddings: Matrix,
            itemEmbeddings: Matrix,
            part: EvaluationPart,
            k: int,
            progress: IProgress<WorkProgress> | null,
            cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(engine, nameof engine)
        ArgumentNullException.ThrowIfNull(part, nameof part)
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k, nameof k)
        fits userEmbeddings itemEmbeddings part.Training
        let items = Array.zeroCreate<int>(Checked.(*) part.Users.Length k)

        rank engine userEmbeddings itemEmbeddings part.Users part.Excluded k progress cancellation (fun first top ->
            Array.Copy(top.Items, 0, items, first * k, top.Items.Length))

        RankedLists(part.Users, k, items)

    /// <summary>As the other overload, without progress and cancellation.</summary>
    static member TopItems(engine: IEngine, userEmbeddings: Matrix, itemEmbeddings: Matrix, part: EvaluationPart, k: int) =
        Ranking.TopItems(engine, userEmbeddings, itemEmbeddings, part, k, null, CancellationToken.None)

    /// <summary>
    /// The <paramref name="k"/> items with the largest inner products for any users, what they know left out, with the scores.
    /// </summary>
    /// <param name="engine">Where the products are computed.</param>
    /// <param name="userEmbeddings">Final user embeddings, <c>[all users × d]</c>.</param>
    /// <param name="itemEmbeddings">Final item embeddings, <c>[items × d]</c>.</param>
    /// <param name="known">Interactions whose items are not recommended again, <c>[all users × items]</c>.</param>
    /// <param name="users">For whom; null for everybody.</param>
    /// <param name="k">Places in each list.</param>
    /// <param name="progress">Told of every finished batch; may be null.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <exception cref="T:System.ArgumentException">The embeddings do not fit the interactions or each other, or a user is unknown.</exception>
    static member Recommend
        (
            engine: IEngine,
            userEmbeddings: Matrix,
            itemEmbeddings: Matrix,
            known: CsrMatrix,
            users: int[] | null,
            k: int,
            progress: IProgress<WorkProgress> | null,
            cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(engine, nameof engine)
        ArgumentNullException.ThrowIfNull(known, nameof known)
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k, nameof k)
        fits userEmbeddings itemEmbeddings known

        let users =
            match users with
            | null -> Array.init known.Rows id
            | users -> users |> Array.distinct |> Array.sort

        if users.Length > 0 && (users[0] < 0 || users[users.Length - 1] >= known.Rows) then
            raise (ArgumentException $"Users must be numbers from 0 to {known.Rows - 1}.")

        let items = Array.zeroCreate<int>(Checked.(*) users.Length k)
        let scores = Array.zeroCreate<float32> items.Length

        rank engine userEmbeddings itemEmbeddings users (SparseRows.select known users) k progress cancellation (fun first top ->
            Array.Copy(top.Items, 0, items, first * k, top.Items.Length)
            Array.Copy(top.Scores, 0, scores, first * k, top.Scores.Length))

        ScoredLists(RankedLists(users, k, items), scores)
