using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace CranePipeline.Ingest.Internals;

/// <summary>
/// An entry of an <see cref="IdTable"/>, 16 bytes, so that one look into memory tells all about a short id. Bytes 0-10 are the id with
/// zeros behind it, or hash and place of a longer one; byte 11 is the id's length plus one; bytes 12-15 are its number plus one. All
/// zeros: nothing.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal readonly struct IdSlot
{
    /// <summary>The longest id that lies in its slot.</summary>
    public const int LongestInside = 11;

    private const int Bytes = 16;
    private const byte Outside = byte.MaxValue;
    private readonly Vector128<byte> value;

    private IdSlot(Vector128<byte> value) => this.value = value;

    /// <summary>An id of up to <see cref="LongestInside"/> bytes, not numbered.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static IdSlot Inside(ReadOnlySpan<byte> id)
    {
        Vector128<byte> bytes;
        ref byte first = ref MemoryMarshal.GetReference(id);
        if (id.Length >= sizeof(ulong))
        {
            // Two reads that overlap reach no further than the id.
            ulong low = Unsafe.ReadUnaligned<ulong>(ref first);
            ulong high = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, id.Length - sizeof(ulong)));
            int fresh = id.Length - sizeof(ulong);
            high = fresh == 0 ? 0 : high >> (64 - 8 * fresh);
            bytes = Vector128.Create(low, high).AsByte();
        }
        else
        {
            ulong low = 0;
            for (int index = id.Length - 1; index >= 0; index--)
            {
                low = (low << 8) | Unsafe.Add(ref first, index);
            }

            bytes = Vector128.Create(low, 0).AsByte();
        }

        return new IdSlot(bytes.WithElement(LongestInside, (byte)(id.Length + 1)));
    }

    /// <summary>A longer id, not numbered.</summary>
    /// <param name="hash">Its hash.</param>
    /// <param name="position">Where its bytes lie.</param>
    public static IdSlot At(uint hash, uint position) =>
        new(Vector128.Create(hash, position, 0, 0).AsByte().WithElement(LongestInside, Outside));

    /// <summary>The same with a number.</summary>
    public IdSlot Numbered(int number) => new(value.AsInt32().WithElement(3, number + 1).AsByte());

    /// <summary>The number, −1 where there is none.</summary>
    public int Number => value.AsInt32().GetElement(3) - 1;

    public bool IsEmpty => value.AsInt32().GetElement(3) == 0;

    /// <summary>Whether the id lies elsewhere.</summary>
    public bool IsOutside => value.GetElement(LongestInside) == Outside;

    /// <summary>Where a longer id lies.</summary>
    public uint Position => value.AsUInt32().GetElement(1);

    /// <summary>How long an id inside is.</summary>
    public int Length => value.GetElement(LongestInside) - 1;

    /// <summary>Two multiplications of 64 bits to 128, folded; of a longer id the hash that it was given.</summary>
    public uint Hash
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsOutside ? value.AsUInt32().GetElement(0) : HashInside();
    }

    /// <summary>Whether both have the same bytes beside their numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(in IdSlot other) =>
        ((value ^ other.value) & Vector128.Create(-1, -1, -1, 0).AsByte()) == Vector128<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint HashInside()
    {
        Vector128<ulong> halves = value.AsUInt64();
        ulong top = Math.BigMul(
            halves.ToScalar() ^ 0x9E3779B97F4A7C15,
            (uint)halves.GetElement(1) ^ 0xC2B2AE3D27D4EB4F,
            out ulong bottom
        );
        top = Math.BigMul(top ^ bottom, 0x165667B19E3779F9, out bottom);
        return (uint)(top ^ bottom);
    }
}
