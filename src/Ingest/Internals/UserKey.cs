using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// A raw user id in 16 bytes: up to 15 bytes of it with zeros behind them and their number last, or the number of a longer one in a
/// table of such. Equal ids have equal keys.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal readonly struct UserKey(Vector128<byte> value)
{
    /// <summary>The longest id that a key holds by itself.</summary>
    public const int LongestInside = Bytes - 1;

    private const int Bytes = 16;
    private const byte Outside = byte.MaxValue;
    private readonly Vector128<byte> value = value;

    /// <summary>The key of an id of up to <see cref="LongestInside"/> bytes that lies in a buffer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UserKey Inside(byte[] buffer, int start, int length)
    {
        Vector128<byte> bytes;
        if (start + Bytes <= buffer.Length)
        {
            bytes = Vector128.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(buffer), (nuint)start);
            Vector128<byte> count = Vector128.Create((byte)length);
            bytes &= Vector128.LessThan(Vector128<byte>.Indices, count);
        }
        else
        {
            Span<byte> copy = stackalloc byte[Bytes];
            copy.Clear();
            buffer.AsSpan(start, length).CopyTo(copy);
            bytes = Vector128.Create<byte>(copy);
        }

        return new UserKey(bytes.WithElement(Bytes - 1, (byte)length));
    }

    /// <summary>The key of a longer id that a table has numbered.</summary>
    public static UserKey Of(int number) => new(Vector128.Create(number, 0, 0, 0).AsByte().WithElement(Bytes - 1, Outside));

    /// <summary>The first half.</summary>
    public ulong Low => value.AsUInt64().ToScalar();

    /// <summary>The second half.</summary>
    public ulong High => value.AsUInt64().GetElement(1);

    /// <summary>The number of an id that is not inside, or −1.</summary>
    public int Number => value.GetElement(Bytes - 1) == Outside ? value.AsInt32().ToScalar() : -1;

    /// <summary>How long the id inside is.</summary>
    public int Length => value.GetElement(Bytes - 1);

    /// <summary>Two multiplications of 64 bits to 128, folded.</summary>
    public ulong Hash
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Vector128<ulong> halves = value.AsUInt64();
            ulong top = Math.BigMul(
                halves.ToScalar() ^ 0x9E3779B97F4A7C15,
                halves.GetElement(1) ^ 0xC2B2AE3D27D4EB4F,
                out ulong bottom
            );
            top = Math.BigMul(top ^ bottom, 0x165667B19E3779F9, out bottom);
            return top ^ bottom;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Is(in UserKey other) => value == other.value;
}
