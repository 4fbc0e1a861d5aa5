namespace CranePipeline.Training;

/// <summary>How the two views are joined (CRANE, section 4.5).</summary>
public enum DualFusion
{
    /// <summary>Embeddings are added and trained as one model (eq. 17).</summary>
    Joint,

    /// <summary>Two branches with embeddings of their own, trained apart, their scores added.</summary>
    Late,
}
