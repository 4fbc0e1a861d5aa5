namespace CranePipeline.Training;

/// <summary>How item representations are aggregated to users in the semantic view (eq. 16).</summary>
public enum SemanticUserNorm
{
    /// <summary>The mean over the user's items.</summary>
    Mean,

    /// <summary>Weights 1/√(|N_u||N_i|), as in the collaborative view.</summary>
    Symmetric,
}
