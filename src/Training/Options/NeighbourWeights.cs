namespace CranePipeline.Training;

/// <summary>What a neighbour counts for in a learned item graph.</summary>
public enum NeighbourWeights
{
    /// <summary>Its cosine (eq. 14), clipped at 0 and divided by the row's sum.</summary>
    Similarity,

    /// <summary>All neighbours alike.</summary>
    Uniform,

    /// <summary>A trainable number for every item and neighbour, from equal ones.</summary>
    Learned,
}
