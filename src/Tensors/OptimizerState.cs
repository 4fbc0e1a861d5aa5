namespace CranePipeline.Tensors;

/// <summary>Adam's state on the host.</summary>
public sealed record OptimizerState(long Steps, IReadOnlyList<Matrix> FirstMoments, IReadOnlyList<Matrix> SecondMoments);
