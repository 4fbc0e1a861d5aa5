using System.ComponentModel.DataAnnotations;

namespace CranePipeline.Configuration;

/// <summary>Settings of <c>-Stage compare-engines</c>.</summary>
internal sealed record CompareEnginesSettings
{
    /// <summary>Epochs that both engines train.</summary>
    [Range(1, 1000)]
    public int Epochs { get; init; } = 1;

    /// <summary>Largest relative difference of the first epoch's losses.</summary>
    [Range(0.0, 1.0)]
    public double Tolerance { get; init; } = 1e-3;
}
