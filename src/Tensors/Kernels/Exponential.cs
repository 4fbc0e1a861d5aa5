namespace CranePipeline.Tensors.Kernels;

/// <summary>
/// Numbers for e^x in single precision: x = n ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts (Cody and Waite, 1980), and e^r ≈ 1 + r +
/// r² (C1 + r (C2 + … )), a minimax fit. Within two units in the last place; the framework's own goes through double precision, which
/// takes several times as long.
/// </summary>
internal static class Exponential
{
    public const float PerLn2 = 1.44269504f;
    public const float Ln2High = 0.693359375f;
    public const float Ln2Low = -2.12194440e-4f;
    public const float C1 = 5.0000001201e-1f;
    public const float C2 = 1.6666665459e-1f;
    public const float C3 = 4.1665795894e-2f;
    public const float C4 = 8.3334519073e-3f;
    public const float C5 = 1.3981999507e-3f;
    public const float C6 = 1.9875691500e-4f;

    /// <summary>Below it e^x is less than the smallest normal number, and taken as 0.</summary>
    public const float Lowest = -87.33654f;

    /// <summary>Above it e^x is infinite.</summary>
    public const float Highest = 88.72283f;
}
