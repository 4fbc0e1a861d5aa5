using System.Runtime.CompilerServices;

namespace CranePipeline.Tensors.Kernels;

/// <summary>The first few numbers of a vector, where the processor has no instruction for them.</summary>
internal static unsafe class PartialVector
{
    /// <summary>The first <paramref name="count"/> numbers and zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TVector>(float* source, int count)
        where TVector : unmanaged
    {
        TVector value = default;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)count * sizeof(float));
        return value;
    }

    /// <summary>Writes the first <paramref name="count"/> numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TVector>(TVector value, float* target, int count)
        where TVector : unmanaged => Unsafe.CopyBlockUnaligned(target, &value, (uint)count * sizeof(float));
}
