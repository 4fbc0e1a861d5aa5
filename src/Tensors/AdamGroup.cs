namespace CranePipeline.Tensors;

/// <summary>Parameters that share Adam's settings.</summary>
/// <param name="Parameters">What is trained.</param>
/// <param name="LearningRate">Step size.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
public sealed record AdamGroup(
    IReadOnlyList<Tensor> Parameters,
    float LearningRate,
    float Beta1 = 0.9f,
    float Beta2 = 0.999f,
    float Epsilon = 1e-8f
);
