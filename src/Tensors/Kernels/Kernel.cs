using System.Runtime.Intrinsics;

namespace CranePipeline.Tensors.Kernels;

/// <summary>An element-wise function of one value.</summary>
internal interface IMap1
{
    TVector Invoke<TVector, TLanes>(TVector a)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>;
}

/// <summary>An element-wise function of two values.</summary>
internal interface IMap2
{
    TVector Invoke<TVector, TLanes>(TVector a, TVector b)
        where TVector : unmanaged
        where TLanes : ILanes<TVector>;
}

/// <summary>
/// The inner loops, on one thread and over plain memory. One sealed implementation a vector width; <see cref="Best"/> is chosen
/// once, when the process starts. Results differ between widths by rounding only, and never between calls.
/// </summary>
internal abstract unsafe class Kernel
{
    /// <summary>The widest that the processor runs natively.</summary>
    public static Kernel Best { get; } = Choose();

    /// <summary>Every width, the scalar one first.</summary>
    public static IReadOnlyList<Kernel> All { get; } =
    [
        new Kernel<float, ScalarLanes>(),
        new Kernel<Vector128<float>, Lanes128>(),
        new Kernel<Vector256<float>, Lanes256>(),
        new Kernel<Vector512<float>, Lanes512>(),
    ];

    public abstract string Name { get; }

    /// <summary>Rows of the product's register tile.</summary>
    public const int TileRows = 6;

    /// <summary>Columns of the product's register tile: two vectors.</summary>
    public abstract int TileColumns { get; }

    /// <summary>result = op(a), or result += op(a).</summary>
    public abstract void Map<TMap>(TMap op, float* a, float* result, long count, bool add)
        where TMap : struct, IMap1;

    /// <summary>result = op(a, b), or result += op(a, b). The result may be one of the operands.</summary>
    public abstract void Map<TMap>(TMap op, float* a, float* b, float* result, long count, bool add)
        where TMap : struct, IMap2;

    /// <summary>Σ a_i b_i.</summary>
    public abstract float Dot(float* a, float* b, long count);

    /// <summary>Σ a_i.</summary>
    public abstract float Sum(float* a, long count);

    /// <summary>The largest a_i, −∞ of none.</summary>
    public abstract float Largest(float* a, long count);

    /// <summary>target += factor · source.</summary>
    public abstract void AddScaled(float* source, float factor, float* target, long count);

    /// <summary>target = exp(factor · source − shift); returns the sum of the target.</summary>
    public abstract float ExpSum(float* source, float factor, float shift, float* target, long count);

    /// <summary>
    /// Appends the <see cref="RankKey"/> of every value above the limit, in order; value i is item first + i. Returns how many.
    /// </summary>
    public abstract int CollectAbove(float* values, int count, float limit, int first, ulong* keys);

    /// <summary>
    /// target (+)= Σ_e weight_e · source[row_e], rows of <paramref name="width"/> floats, in the order of the entries.
    /// Null weights are ones.
    /// </summary>
    public abstract void GatherSum(int* rows, float* weights, int count, float* source, int width, float* target, bool add);

    /// <summary>results_e = ⟨x, source[row_e]⟩.</summary>
    public abstract void GatherDots(int* rows, int count, float* source, int width, float* x, float* results, bool add);

    /// <summary>
    /// One register tile of a product: c (+)= a · b, 6 rows by <see cref="TileColumns"/>. a's element (i, p) stands at
    /// i · rowStride + p · depthStride; b is packed, tile-column by tile-column for each p; c's rows are contiguous.
    /// </summary>
    public abstract void Tile(
        int depth,
        float* a,
        nint rowStride,
        nint depthStride,
        float* b,
        float* c,
        nint rowStrideC,
        bool add
    );

    /// <summary>
    /// As <see cref="Tile"/>, with the left-hand operand in panels of <see cref="TileColumns"/> columns, in which row follows row;
    /// a stands at the tile's first row in the first panel.
    /// </summary>
    public abstract void TileOfPanels(int panels, float* a, nint panelStride, float* b, float* c, nint rowStrideC, bool add);

    /// <summary>Copies <see cref="TileColumns"/> floats of each of <paramref name="rows"/> rows into one piece.</summary>
    public abstract void CopyColumns(float* source, nint rowStride, int rows, float* target);

    /// <summary>One step of Adam over <paramref name="count"/> numbers; the corrections for bias are in rate and root.</summary>
    public abstract void Adam(
        float* value,
        float* gradient,
        float* first,
        float* second,
        long count,
        float beta1,
        float beta2,
        float rate,
        float root,
        float epsilon
    );

    private static Kernel Choose()
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return new Kernel<Vector512<float>, Lanes512>();
        }

        if (Vector256.IsHardwareAccelerated)
        {
            return new Kernel<Vector256<float>, Lanes256>();
        }

        return Vector128.IsHardwareAccelerated ? new Kernel<Vector128<float>, Lanes128>() : new Kernel<float, ScalarLanes>();
    }
}
