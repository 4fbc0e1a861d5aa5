using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Tensors.Kernels;

/// <summary>Four floats at a time.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Vector128<float>>
{
    public static string Name => "Vector128";

    public static int Count => Vector128<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, float* target) => value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadPart(float* source, int count)
    {
        Vector128<float> value = default;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)count * sizeof(float));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(Vector128<float> value, float* target, int count) =>
        Unsafe.CopyBlockUnaligned(target, &value, (uint)count * sizeof(float));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Subtract(Vector128<float> a, Vector128<float> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> a, Vector128<float> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Vector128.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) => Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sqrt(Vector128<float> a) => Vector128.Sqrt(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> a) => Vector128.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> a)
    {
        Vector128<float> bounded = Vector128.Min(
            Vector128.Max(a, Vector128.Create(Exponential.Lowest)),
            Vector128.Create(Exponential.Highest)
        );
        Vector128<float> whole = Vector128.Floor(
            Vector128.MultiplyAddEstimate(bounded, Vector128.Create(Exponential.PerLn2), Vector128.Create(0.5f))
        );
        Vector128<float> rest = Vector128.MultiplyAddEstimate(whole, Vector128.Create(-Exponential.Ln2High), bounded);
        rest = Vector128.MultiplyAddEstimate(whole, Vector128.Create(-Exponential.Ln2Low), rest);
        Vector128<float> series = Vector128.Create(Exponential.C6);
        series = Vector128.MultiplyAddEstimate(series, rest, Vector128.Create(Exponential.C5));
        series = Vector128.MultiplyAddEstimate(series, rest, Vector128.Create(Exponential.C4));
        series = Vector128.MultiplyAddEstimate(series, rest, Vector128.Create(Exponential.C3));
        series = Vector128.MultiplyAddEstimate(series, rest, Vector128.Create(Exponential.C2));
        series = Vector128.MultiplyAddEstimate(series, rest, Vector128.Create(Exponential.C1));
        series = Vector128.MultiplyAddEstimate(series, rest * rest, rest) + Vector128<float>.One;

        // Two factors, each a power of two that a float has: their product has the largest exponent and none below the smallest.
        Vector128<int> power = Vector128.ConvertToInt32Native(whole);
        Vector128<int> half = power >> 1;
        Vector128<float> result = series * PowerOfTwo(half) * PowerOfTwo(power - half);
        result = Vector128.ConditionalSelect(
            Vector128.GreaterThan(a, Vector128.Create(Exponential.Highest)),
            Vector128.Create(float.PositiveInfinity),
            result
        );
        return Vector128.ConditionalSelect(
            Vector128.LessThan(a, Vector128.Create(Exponential.Lowest)),
            Vector128<float>.Zero,
            result
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereGreater(
        Vector128<float> test,
        Vector128<float> limit,
        Vector128<float> yes,
        Vector128<float> no
    ) => Vector128.ConditionalSelect(Vector128.GreaterThan(test, limit), yes, no);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong GreaterBits(Vector128<float> a, Vector128<float> b) =>
        Vector128.GreaterThan(a, b).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> a) => Vector128.Sum(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector128<float> a) => MathF.Max(MathF.Max(a[0], a[1]), MathF.Max(a[2], a[3]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> PowerOfTwo(Vector128<int> exponent) => ((exponent + Vector128.Create(127)) << 23).AsSingle();
}
