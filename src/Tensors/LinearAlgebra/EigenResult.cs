namespace CranePipeline.Tensors.LinearAlgebra;

/// <summary>Eigenvalues, largest first, and their orthonormal eigenvectors.</summary>
/// <param name="Size">Number of rows of the matrix.</param>
/// <param name="Values"><c>[Size]</c>, descending.</param>
/// <param name="Vectors">
/// <c>[Size × Size]</c>; row i is the eigenvector of value i, its largest component (by size, the first of equals) positive.
/// </param>
public sealed record EigenResult(int Size, double[] Values, double[] Vectors)
{
    /// <summary>One eigenvector.</summary>
    public ReadOnlySpan<double> Vector(int index) => Vectors.AsSpan(index * Size, Size);
}
