namespace CranePipeline.Features;

/// <summary>Standard deviations of a table's dimensions over the items that have a vector.</summary>
/// <param name="Smallest">The least of them.</param>
/// <param name="Median">The middle one.</param>
/// <param name="Largest">The greatest of them.</param>
/// <param name="ConstantDimensions">Dimensions in which all items are the same.</param>
/// <param name="EffectiveDimensions">
/// (Σ variance)² ÷ Σ variance²: how many equally wide dimensions would spread as much; near 1, one dimension drowns the others.
/// </param>
public sealed record DimensionSpread(
    double Smallest,
    double Median,
    double Largest,
    int ConstantDimensions,
    double EffectiveDimensions
);
