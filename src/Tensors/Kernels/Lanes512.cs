using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Tensors.Kernels;

/// <summary>Sixteen floats at a time.</summary>
internal readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static string Name => "Vector512";

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadPart(float* source, int count)
    {
        Vector512<float> value = default;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)count * sizeof(float));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Vector512<float> value, float* target, int count) =>
        Unsafe.CopyBlockUnaligned(target, &value, (uint)count * sizeof(float));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> a, Vector512<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> a, Vector512<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> a, Vector512<float> b) => Vector512.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sqrt(Vector512<float> a) => Vector512.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> a) => Vector512.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> a)
    {
        Vector512<float> bounded = Vector512.Min(
            Vector512.Max(a, Vector512.Create(Exponential.Lowest)),
            Vector512.Create(Exponential.Highest)
        );
        Vector512<float> whole = Vector512.Floor(
            Vector512.MultiplyAddEstimate(bounded, Vector512.Create(Exponential.PerLn2), Vector512.Create(0.5f))
        );
        Vector512<float> rest = Vector512.MultiplyAddEstimate(whole, Vector512.Create(-Exponential.Ln2High), bounded);
        rest = Vector512.MultiplyAddEstimate(whole, Vector512.Create(-Exponential.Ln2Low), rest);
        Vector512<float> series = Vector512.Create(Exponential.C6);
        series = Vector512.MultiplyAddEstimate(series, rest, Vector512.Create(Exponential.C5));
        series = Vector512.MultiplyAddEstimate(series, rest, Vector512.Create(Exponential.C4));
        series = Vector512.MultiplyAddEstimate(series, rest, Vector512.Create(Exponential.C3));
        series = Vector512.MultiplyAddEstimate(series, rest, Vector512.Create(Exponential.C2));
        series = Vector512.MultiplyAddEstimate(series, rest, Vector512.Create(Exponential.C1));
        series = Vector512.MultiplyAddEstimate(series, rest * rest, rest) + Vector512<float>.One;

        // Two factors, each a power of two that a float has: their product has the largest exponent and none below the smallest.
        Vector512<int> power = Vector512.ConvertToInt32Native(whole);
        Vector512<int> half = power >> 1;
        Vector512<float> result = series * PowerOfTwo(half) * PowerOfTwo(power - half);
        result = Vector512.ConditionalSelect(
            Vector512.GreaterThan(a, Vector512.Create(Exponential.Highest)),
            Vector512.Create(float.PositiveInfinity),
            result
        );
        return Vector512.ConditionalSelect(
            Vector512.LessThan(a, Vector512.Create(Exponential.Lowest)),
            Vector512<float>.Zero,
            result
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereGreater(
        Vector512<float> test,
        Vector512<float> limit,
        Vector512<float> yes,
        Vector512<float> no
    ) => Vector512.ConditionalSelect(Vector512.GreaterThan(test, limit), yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong GreaterBits(Vector512<float> a, Vector512<float> b) =>
        Vector512.GreaterThan(a, b).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> a) => Lanes256.Sum(a.GetLower() + a.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> a) => Lanes256.Largest(Vector256.Max(a.GetLower(), a.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PowerOfTwo(Vector512<int> exponent) => ((exponent + Vector512.Create(127)) << 23).AsSingle();
}
