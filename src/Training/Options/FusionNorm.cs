namespace CranePipeline.Training;

/// <summary>What happens to H before it is added to C (eq. 17).</summary>
public enum FusionNorm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Each row is divided by its Euclidean norm.</summary>
    L2,
}
