namespace CranePipeline.Training;

/// <summary>Initial projection of raw features to the embedding size.</summary>
public enum ProjectionInit
{
    /// <summary>Xavier-uniform (Glorot and Bengio, 2010).</summary>
    Xavier,

    /// <summary>The leading principal directions, which keep the raw features' inner products.</summary>
    Pca,
}
