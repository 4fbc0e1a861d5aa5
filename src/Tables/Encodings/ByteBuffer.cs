using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CranePipeline.Tables;

/// <summary>Bytes that grow at the end, little-endian. The memory is rented; whoever is done with it may give it back.</summary>
internal sealed class ByteBuffer(int capacity = 256)
{
    private byte[] bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Gives the memory back; nothing that was taken from here may be used any more.</summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
        Length = 0;
    }

    /// <summary>Room for <paramref name="count"/> more bytes, to be claimed with <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int count)
    {
        if ((long)Length + count > bytes.Length)
        {
            Grow((long)Length + count);
        }
        return bytes.AsSpan(Length, count);
    }

    private void Grow(long needed)
    {
        if (needed > Array.MaxLength)
        {
            throw new InputException($"a column's row group grows past {Array.MaxLength} bytes; write smaller row groups");
        }
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, bytes.Length * 2L)));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }

    public void Advance(int count) => Length += count;

    /// <summary>Changes a byte that is there already.</summary>
    public void Set(int at, byte value) => bytes[at] = value;

    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        Length += value.Length;
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);
        Length += 4;
    }

    public void Varint(ulong value)
    {
        var room = Reserve(10);
        var used = 0;
        while (value >= 0x80)
        {
            room[used++] = (byte)(value | 0x80);
            value >>= 7;
        }
        room[used++] = (byte)value;
        Length += used;
    }

    public void ZigZag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Appends fixed-width values as they lie in memory.</summary>
    public void Values<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        // Every machine .NET 10 runs on is little-endian, as Parquet is.
        var size = Unsafe.SizeOf<T>();
        MemoryMarshal.AsBytes(values).CopyTo(Reserve(checked(values.Length * size)));
        Length += values.Length * size;
    }
}
