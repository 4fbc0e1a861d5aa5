namespace CranePipeline.Training;

/// <summary>The item-item graph of the semantic view (CRANE, section 3.4).</summary>
public enum ItemGraph
{
    /// <summary>Weights follow the entities' representation, with gradient, and neighbours are re-chosen as training goes on.</summary>
    Learned,

    /// <summary>Neighbours and weights are the cosines of the raw features and stay.</summary>
    Frozen,

    /// <summary>No semantic view: LightGCN (He et al., SIGIR 2020).</summary>
    Off,
}
