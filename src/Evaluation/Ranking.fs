namespace CranePipeline.Evaluation

open System
open System.Threading
open CranePipeline.Storage
open CranePipeline.Tensors

/// <summary>Ranks all items for the users of a part.</summary>
[<AbstractClass; Sealed>]
type Ranking =

    static let batch = 8192

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
        ArgumentNullException.ThrowIfNull(userEmbeddings, nameof userEmbeddings)
        ArgumentNullException.ThrowIfNull(itemEmbeddings, nameof itemEmbeddings)
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k, nameof k)

        if
            userEmbeddings.Rows <> part.Training.Rows
            || itemEmbeddings.Rows <> part.ItemCount
        then
            raise (
                ArgumentException
                    $"Embeddings of {userEmbeddings.Rows} users and {itemEmbeddings.Rows} items do not fit a data set of {part.Training.Rows} users and {part.ItemCount} items."
            )

        if userEmbeddings.Columns <> itemEmbeddings.Columns then
            raise (
                ArgumentException
                    $"User embeddings are {userEmbeddings.Columns} wide and item embeddings {itemEmbeddings.Columns}; they must be equally wide."
            )

        let width = userEmbeddings.Columns
        let users = part.Users
        let lists = Array.zeroCreate<int>(Checked.(*) users.Length k)
        use items = engine.Constant itemEmbeddings
        let mutable first = 0

        while first < users.Length do
            cancellation.ThrowIfCancellationRequested()
            let count = min batch (users.Length - first)
            let rows = Array.zeroCreate<float32>(count * width)

            for row in 0 .. count - 1 do
                userEmbeddings.Row(users[first + row]).CopyTo(Span<float32>(rows, row * width, width))

            use queries = engine.Constant(Matrix(count, width, rows))
            let top = engine.TopItems(queries, items, k, part.Excluded, first)
            Array.Copy(top.Items, 0, lists, first * k, count * k)
            first <- first + count

            match progress with
            | null -> ()
            | progress -> progress.Report(WorkProgress("ranking items", "users", int64 first, int64 users.Length))

        RankedLists(users, k, lists)

    /// <summary>As the other overload, without progress and cancellation.</summary>
    static member TopItems(engine: IEngine, userEmbeddings: Matrix, itemEmbeddings: Matrix, part: EvaluationPart, k: int) =
        Ranking.TopItems(engine, userEmbeddings, itemEmbeddings, part, k, null, CancellationToken.None)
