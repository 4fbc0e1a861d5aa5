using CranePipeline.Tensors;

namespace CranePipeline.Training;

/// <summary>Sums of several tensors of one shape.</summary>
internal static class TensorSums
{
    /// <summary>The first plus the second, plus the third, and so on; there must be one.</summary>
    public static Tensor Sum(this IEnumerable<Tensor> parts) => parts.Aggregate(static (a, b) => a + b);
}
