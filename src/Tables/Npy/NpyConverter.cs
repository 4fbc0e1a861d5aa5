using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>Turns stored elements into floats or 64-bit integers.</summary>
internal static class NpyConverter
{
    public static void ToFloat(NpyType type, Span<byte> source, Span<float> target)
    {
        Reorder(type, source);
        switch (type.Kind, type.Size)
        {
            case ('f', 2):
                Convert<Half, float>(source, target);
                break;
            case ('f', 4):
                source.CopyTo(MemoryMarshal.AsBytes(target));
                break;
            case ('f', 8):
                Convert<double, float>(source, target);
                break;
            default:
                Integers(type, source, target);
                break;
        }
    }

    /// <summary>Integers; unsigned ones beyond the signed range come out negative, so the caller checks.</summary>
    public static void ToInt64(NpyType type, Span<byte> source, Span<long> target)
    {
        Reorder(type, source);
        Integers(type, source, target);
    }

    private static void Integers<T>(NpyType type, ReadOnlySpan<byte> source, Span<T> target)
        where T : unmanaged, INumberBase<T>
    {
        switch (type.Kind, type.Size)
        {
            case ('i', 1):
                Convert<sbyte, T>(source, target);
                break;
            case ('i', 2):
                Convert<short, T>(source, target);
                break;
            case ('i', 4):
                Convert<int, T>(source, target);
                break;
            case ('i', 8):
                Convert<long, T>(source, target);
                break;
            case ('u', 2):
                Convert<ushort, T>(source, target);
                break;
            case ('u', 4):
                Convert<uint, T>(source, target);
                break;
            case ('u', 8):
                Convert<ulong, T>(source, target);
                break;
            default:
                Convert<byte, T>(source, target);
                break;
        }
    }

    private static void Convert<TFrom, TTo>(ReadOnlySpan<byte> source, Span<TTo> target)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        var values = MemoryMarshal.Cast<byte, TFrom>(source);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = TTo.CreateTruncating(values[i]);
        }
    }

    private static void Reorder(NpyType type, Span<byte> source)
    {
        if (!type.IsBigEndian)
        {
            return;
        }
        switch (type.Size)
        {
            case 2:
                var halves = MemoryMarshal.Cast<byte, short>(source);
                BinaryPrimitives.ReverseEndianness(halves, halves);
                break;
            case 4:
                var words = MemoryMarshal.Cast<byte, int>(source);
                BinaryPrimitives.ReverseEndianness(words, words);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, long>(source);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
