namespace CranePipeline.Evaluation

open System
open CranePipeline.Tensors

/// <summary>
/// One part of a split (validation or test), ready to be scored as often as needed: who is scored, what they may not be recommended, and
/// which items count as hits.
/// </summary>
/// <remarks>
/// <para>
/// The rules are those of the MMRec toolbox's evaluator (<c>EvalDataLoader</c>, <c>RecDataset.split</c>): users without an interaction in
/// the part or without a training interaction are left out; every item of the data set is a candidate, also one that training never saw;
/// a user's <b>training</b> items are masked, for the validation part and for the test part alike. Validation items are therefore
/// <b>not</b> masked when the test part is scored: a validation item that a model ranks high takes a place from a test item, in
/// MMRec and here.
/// </para>
/// </remarks>
[<Sealed>]
type EvaluationPart private (users: int[], training: CsrMatrix, positives: CsrMatrix, excluded: CsrMatrix) =

    /// <summary>The users that are scored, ascending.</summary>
    member _.Users = users

    /// <summary>Why nobody is scored, for the person who reads it; null where somebody is.</summary>
    member _.NobodyBecause: string | null =
        let has matrix =
            Seq.init training.Rows (SparseRows.length matrix)
            |> Seq.sumBy (fun length -> if length > 0 then 1 else 0)

        if users.Length > 0 then
            null
        elif has positives = 0 then
            "the part has no interactions"
        else
            match has positives with
            | 1 -> "the only user of the part has no training interaction"
            | count -> $"none of the {count} users of the part has a training interaction"

    /// <summary>Items of the data set.</summary>
    member _.ItemCount = training.Columns

    /// <summary>All training interactions, <c>[all users × items]</c>.</summary>
    member _.Training = training

    /// <summary>The part's interactions, <c>[all users × items]</c>.</summary>
    member _.Positives = positives

    /// <summary>Masked items, <c>[scored users × items]</c>: row r belongs to <c>Users[r]</c>.</summary>
    member _.Excluded = excluded

    /// <summary>Training interactions of every item, <c>[items]</c>.</summary>
    member val ItemPopularity =
        let counts = Array.zeroCreate<int> training.Columns

        for item in training.ColumnIndices do
            counts[item] <- counts[item] + 1

        counts

    /// <summary>Prepares a part.</summary>
    /// <param name="training">Training interactions, <c>[users × items]</c>; the values are ignored.</param>
    /// <param name="positives">The part's interactions, of the same shape; the values are ignored.</param>
    /// <exception cref="T:System.ArgumentException">The two have different shapes.</exception>
    static member Create(training: CsrMatrix, positives: CsrMatrix) =
        ArgumentNullException.ThrowIfNull(training, nameof training)
        ArgumentNullException.ThrowIfNull(positives, nameof positives)

        if training.Rows <> positives.Rows || training.Columns <> positives.Columns then
            raise (
                ArgumentException
                    $"Training interactions are [{training.Rows} × {training.Columns}] and the part's are [{positives.Rows} × {positives.Columns}]; both must be [users × items]."
            )

        let users =
            [|
                for user in 0 .. training.Rows - 1 do
                    if SparseRows.length training user > 0 && SparseRows.length positives user > 0 then
                        user
            |]

        EvaluationPart(users, training, positives, training.SelectRows users)
