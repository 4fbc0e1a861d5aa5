namespace CranePipeline.Tensors.Kernels;

/// <summary>
/// What <see cref="Exponential"/> needs beyond <see cref="ILanes{TVector}"/>; a single float has the framework's own e^x.
/// </summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal interface IVectorLanes<TVector> : ILanes<TVector>
    where TVector : unmanaged
{
    static abstract TVector Min(TVector a, TVector b);

    static abstract TVector Floor(TVector a);

    /// <summary>
    /// a · 2^exponent for whole exponents in −252 … 254, by two factors that each are a power of two that a float has: their
    /// product has the largest exponent and none below the smallest.
    /// </summary>
    static abstract TVector TimesPowerOfTwo(TVector a, TVector exponent);
}
