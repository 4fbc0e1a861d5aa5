namespace CranePipeline.Features;

/// <summary>The non-linearity of a transformer's inner layer.</summary>
internal enum Activation
{
    /// <summary>x · Φ(x) (Hendrycks and Gimpel, 2016).</summary>
    Gelu,

    /// <summary>Its approximation by a hyperbolic tangent.</summary>
    GeluTanh,

    /// <summary>max(x, 0).</summary>
    Relu,
}
