namespace CranePipeline.Tensors.Kernels;

/// <summary>
/// What a kernel needs of a vector of floats. A kernel is written once over these operations and compiled for each width.
/// </summary>
/// <typeparam name="TVector">The vector; a plain float for the scalar path.</typeparam>
internal unsafe interface ILanes<TVector>
    where TVector : unmanaged
{
    static abstract string Name { get; }

    static abstract int Count { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* target);

    /// <summary>The first <paramref name="count"/> numbers, fewer than a vector, and zeros; nothing behind them is read.</summary>
    static abstract TVector LoadPart(float* source, int count);

    /// <summary>Writes the first <paramref name="count"/> numbers, fewer than a vector, and nothing behind them.</summary>
    static abstract void StorePart(TVector value, float* target, int count);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>a · b + c, rounded once where the processor has the instruction.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Sqrt(TVector a);

    static abstract TVector Abs(TVector a);

    static abstract TVector Exp(TVector a);

    /// <summary>Lane by lane: test &gt; limit ? yes : no.</summary>
    static abstract TVector WhereGreater(TVector test, TVector limit, TVector yes, TVector no);

    /// <summary>One bit a lane: a &gt; b.</summary>
    static abstract ulong GreaterBits(TVector a, TVector b);

    static abstract float Sum(TVector a);

    static abstract float Largest(TVector a);
}
