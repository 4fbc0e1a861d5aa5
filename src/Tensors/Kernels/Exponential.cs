using System.Runtime.CompilerServices;

namespace CranePipeline.Tensors.Kernels;

/// <summary>
/// e^x in single precision: x = n ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts (Cody and Waite, 1980), and e^r ≈ 1 + r +
/// r² (C1 + r (C2 + … )), a minimax fit. Within two units in the last place; the framework's own goes through double precision, which
/// takes several times as long.
/// </summary>
internal static class Exponential
{
    private const float PerLn2 = 1.44269504f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float C1 = 5.0000001201e-1f;
    private const float C2 = 1.6666665459e-1f;
    private const float C3 = 4.1665795894e-2f;
    private const float C4 = 8.3334519073e-3f;
    private const float C5 = 1.3981999507e-3f;
    private const float C6 = 1.9875691500e-4f;

    // Below it e^x is less than the smallest normal number, and taken as 0.
    private const float Lowest = -87.33654f;

    // Above it e^x is infinite.
    private const float Highest = 88.72283f;

    /// <summary>e^a, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TVector, TLanes>(TVector a)
        where TVector : unmanaged
        where TLanes : IVectorLanes<TVector>
    {
        TVector lowest = TLanes.Broadcast(Lowest);
        TVector highest = TLanes.Broadcast(Highest);
        TVector bounded = TLanes.Min(TLanes.Max(a, lowest), highest);
        TVector whole = TLanes.Floor(TLanes.MultiplyAdd(bounded, TLanes.Broadcast(PerLn2), TLanes.Broadcast(0.5f)));
        TVector rest = TLanes.MultiplyAdd(whole, TLanes.Broadcast(-Ln2High), bounded);
        rest = TLanes.MultiplyAdd(whole, TLanes.Broadcast(-Ln2Low), rest);
        TVector series = TLanes.Broadcast(C6);
        series = TLanes.MultiplyAdd(series, rest, TLanes.Broadcast(C5));
        series = TLanes.MultiplyAdd(series, rest, TLanes.Broadcast(C4));
        series = TLanes.MultiplyAdd(series, rest, TLanes.Broadcast(C3));
        series = TLanes.MultiplyAdd(series, rest, TLanes.Broadcast(C2));
        series = TLanes.MultiplyAdd(series, rest, TLanes.Broadcast(C1));
        series = TLanes.Add(TLanes.MultiplyAdd(series, TLanes.Multiply(rest, rest), rest), TLanes.Broadcast(1f));

        TVector result = TLanes.TimesPowerOfTwo(series, whole);
        result = TLanes.WhereGreater(a, highest, TLanes.Broadcast(float.PositiveInfinity), result);
        return TLanes.WhereGreater(lowest, a, default, result);
    }
}
