/// Rows of sparse matrices.
module internal CranePipeline.Evaluation.SparseRows

open CranePipeline.Tensors

let length (matrix: CsrMatrix) row =
    matrix.RowOffsets[row + 1] - matrix.RowOffsets[row]
