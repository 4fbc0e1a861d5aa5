namespace CranePipeline.Evaluation

open System
open System.Threading
open CranePipeline.Tables
open CranePipeline.Tensors

/// <summary>Ranks all items for users.</summary>
[<AbstractClass; Sealed>]
type Ranking =

    static let rank
        (engine: IEngine)
        (scorer: Scorer)
        (users: int[])
        (excluded: CsrMatrix)
        k
        (progress: IProgress<WorkProgress> | null)
        (cancellation: CancellationToken)
        (store: int -> TopItems -> unit)
        =
        let mutable first = 0
        cancellation.ThrowIfCancellationRequested()

        for top in scorer.Rank(engine, users, k, excluded) do
            store first top
            first <- first + top.QueryCount

            match progress with
            | null -> ()
            | progress -> progress.Report(WorkProgress("ranking items", "users", int64 first, int64 users.Length))

            cancellation.ThrowIfCancellationRequested()

    static let fits (scorer: Scorer) (interactions: CsrMatrix) =
        ArgumentNullException.ThrowIfNull(scorer, nameof scorer)

        if
            scorer.UserCount <> interactions.Rows
            || scorer.ItemCount <> interactions.Columns
        then
            raise (
                ArgumentException
                    $"Scores of {scorer.UserCount} users and {scorer.ItemCount} items do not fit a data set of {interactions.Rows} users and {interactions.Columns} items."
            )

    /// <summary>
    /// For each user of the part the <paramref name="k"/> items with the largest scores, training items left out, equal scores by
    /// item number. Users are scored in batches, so that no users × items matrix exists.
    /// </summary>
    /// <param name="engine">Where the scores are computed.</param>
    /// <param name="scorer">How the trained model scores.</param>
    /// <param name="part">Who is scored and what is masked.</param>
    /// <param name="k">Places in each list.</param>
    /// <param name="progress">Told of every finished batch; may be null.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <exception cref="T:System.ArgumentException">The scores do not fit the part.</exception>
    static member TopItems
        (
            engine: IEngine,
            scorer: Scorer,
            part: EvaluationPart,
            k: int,
            progress: IProgress<WorkProgress> | null,
            cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(engine, nameof engine)
        ArgumentNullException.ThrowIfNull(part, nameof part)
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k, nameof k)
        fits scorer part.Training
        let items = Array.zeroCreate<int>(Checked.(*) part.Users.Length k)

        rank engine scorer part.Users part.Excluded k progress cancellation (fun first top ->
            Array.Copy(top.Items, 0, items, first * k, top.Items.Length))

        RankedLists(part.Users, k, items)

    /// <summary>As the other overload, without progress and cancellation.</summary>
    static member TopItems(engine: IEngine, scorer: Scorer, part: EvaluationPart, k: int) =
        Ranking.TopItems(engine, scorer, part, k, null, CancellationToken.None)

    /// <summary>
    /// The <paramref name="k"/> items with the largest scores for any users, what they know left out, with the scores.
    /// </summary>
    /// <param name="engine">Where the scores are computed.</param>
    /// <param name="scorer">How the trained model scores.</param>
    /// <param name="known">Interactions whose items are not recommended again, <c>[all users × items]</c>.</param>
    /// <param name="users">For whom; null for everybody.</param>
    /// <param name="k">Places in each list.</param>
    /// <param name="progress">Told of every finished batch; may be null.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <exception cref="T:System.ArgumentException">The scores do not fit the interactions, or a user is unknown.</exception>
    static member Recommend
        (
            engine: IEngine,
            scorer: Scorer,
            known: CsrMatrix,
            users: int[] | null,
            k: int,
            progress: IProgress<WorkProgress> | null,
            cancellation: CancellationToken
        ) =
        ArgumentNullException.ThrowIfNull(engine, nameof engine)
        ArgumentNullException.ThrowIfNull(known, nameof known)
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k, nameof k)
        fits scorer known

        let users =
            match users with
            | null -> Array.init known.Rows id
            | users -> users |> Array.distinct |> Array.sort

        if users.Length > 0 && (users[0] < 0 || users[users.Length - 1] >= known.Rows) then
            raise (ArgumentException $"Users must be numbers from 0 to {known.Rows - 1}.")

        let items = Array.zeroCreate<int>(Checked.(*) users.Length k)
        let scores = Array.zeroCreate<float32> items.Length

        rank engine scorer users (known.SelectRows users) k progress cancellation (fun first top ->
            Array.Copy(top.Items, 0, items, first * k, top.Items.Length)
            Array.Copy(top.Scores, 0, scores, first * k, top.Scores.Length))

        ScoredLists(RankedLists(users, k, items), scores)
