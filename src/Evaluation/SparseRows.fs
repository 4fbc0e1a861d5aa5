/// Rows of sparse matrices.
module internal CranePipeline.Evaluation.SparseRows

open System
open CranePipeline.Tensors

let length (matrix: CsrMatrix) row =
    matrix.RowOffsets[row + 1] - matrix.RowOffsets[row]

/// Some rows in the given order, without values.
let select (matrix: CsrMatrix) (rows: int[]) =
    let offsets = Array.zeroCreate<int>(rows.Length + 1)

    for i in 0 .. rows.Length - 1 do
        offsets[i + 1] <- offsets[i] + length matrix rows[i]

    let columns = Array.zeroCreate<int> offsets[rows.Length]

    for i in 0 .. rows.Length - 1 do
        Array.Copy(matrix.ColumnIndices, matrix.RowOffsets[rows[i]], columns, offsets[i], length matrix rows[i])

    CsrMatrix(rows.Length, matrix.Columns, offsets, columns, Array.zeroCreate<float32> columns.Length)
