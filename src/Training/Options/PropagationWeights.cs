namespace CranePipeline.Training;

/// <summary>The W of eq. 3, which LightGCN has not; initially the identity.</summary>
public enum PropagationWeights
{
    /// <summary>No weights.</summary>
    None,

    /// <summary>One matrix for every layer.</summary>
    Shared,

    /// <summary>A matrix for each layer.</summary>
    PerLayer,
}
