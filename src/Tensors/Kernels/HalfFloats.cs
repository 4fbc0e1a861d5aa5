using System.Runtime.Intrinsics;

namespace CranePipeline.Tensors.Kernels;

/// <summary>Numbers at half width, IEEE 754 binary16.</summary>
internal static unsafe class HalfFloats
{
    // Exponents of a half are biased by 15, those of a float by 127; numbers below the smallest normal half come out right as well.
    private static readonly float Rebias = MathF.ScaleB(1f, 112);

    /// <summary>Widens finite numbers, exactly.</summary>
    public static void Widen(ushort* source, float* target, long count)
    {
        long i = 0;
        for (; i <= count - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Load(source + i));
            Widen(low).Store(target + i);
            Widen(high).Store(target + i + Vector256<float>.Count);
        }

        for (; i < count; i++)
        {
            target[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
        }
    }

    private static Vector256<float> Widen(Vector256<uint> half)
    {
        Vector256<float> magnitude = ((half & Vector256.Create(0x7fffu)) << 13).AsSingle() * Vector256.Create(Rebias);
        return magnitude | ((half & Vector256.Create(0x8000u)) << 16).AsSingle();
    }
}
