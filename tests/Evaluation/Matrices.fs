/// Sparse matrices for tests.
module CranePipeline.Evaluation.Tests.Matrices

open System
open CranePipeline.Tensors

/// A matrix with ones at the given columns of each row.
let ofRows columns (rows: int[][]) =
    let row =
        rows
        |> Array.mapi (fun r cells -> Array.replicate cells.Length r)
        |> Array.concat

    let column = Array.concat rows
    let ones = Array.create column.Length 1f
    CsrMatrix.FromEntries(rows.Length, columns, ReadOnlySpan row, ReadOnlySpan column, ReadOnlySpan ones)
