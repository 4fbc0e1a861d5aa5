namespace CranePipeline.Training;

/// <summary>What turns entity-by-entity similarities into weights.</summary>
public enum EntityActivation
{
    /// <summary>Softmax of each row.</summary>
    Softmax,

    /// <summary>Hyperbolic tangent, divided by the number of entities.</summary>
    Tanh,
}
