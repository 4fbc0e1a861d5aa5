namespace CranePipeline.Tensors.LinearAlgebra;

/// <summary>A tall matrix as Q · R.</summary>
/// <param name="Q">
/// <c>[rows × columns]</c> on the engine, orthonormal columns; where the rank is less, some may be any directions, or zero. The caller disposes it.
/// </param>
/// <param name="R"><c>[columns × columns]</c>, row after row; upper triangular unless the matrix was too near to rank-deficient.</param>
public sealed record QrResult(Tensor Q, double[] R);
