namespace CranePipeline.Tensors.LinearAlgebra;

/// <summary>A truncated singular value decomposition: U · diag(SingularValues) · Vᵀ.</summary>
/// <param name="U"><c>[rows × rank]</c>, orthonormal columns.</param>
/// <param name="SingularValues"><c>[rank]</c>, descending. Where the matrix has less rank the rest is 0, with zero vectors.</param>
/// <param name="V"><c>[columns × rank]</c>, orthonormal columns, the largest component of each (by size) positive.</param>
public sealed record SvdResult(Matrix U, float[] SingularValues, Matrix V);
