using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>One modality of the items.</summary>
/// <param name="Name">"visual", "textual", …</param>
/// <param name="Features"><c>[items × width]</c>, standardised; null where a data set brings neighbour lists alone.</param>
/// <param name="Candidates"><c>[items × C]</c>, row after row: each item's nearest others, padded with −1; null where there are
/// none.</param>
public sealed record ModalityInput(string Name, Matrix? Features, int[]? Candidates)
{
    /// <summary>
    /// Whether the candidates are lists that the data set brings, from which its features were derived: an item has no other neighbours.
    /// </summary>
    public bool AreCandidatesGiven { get; init; }
}
