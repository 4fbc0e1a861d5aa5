namespace CranePipeline.Tensors;

/// <summary>How <see cref="IEngine.EntityAttention"/> turns similarities into weights.</summary>
public enum AttentionActivation
{
    /// <summary>Row softmax.</summary>
    Softmax,

    /// <summary>Hyperbolic tangent, divided by the number of rows of the keys.</summary>
    Tanh,
}
